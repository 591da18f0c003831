package render

import (
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Prepare gets Kustomize ready, once, which is best done while there is something else to wait for: the
// first of its builds reads the defaults of its transformers, which takes longer than most builds.
var Prepare = sync.OnceFunc(func() {
	files := filesys.MakeFsInMemory()
	_ = files.WriteFile("/kustomization.yaml", []byte("buildMetadata: [originAnnotations]\n")) // into memory
	_, _ = krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, "/")                  // if it fails, so do others
})
