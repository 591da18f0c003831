package state

import (
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Prepare gets Kustomize ready, once, which is best done while there is something else to wait for. The
// first of its builds takes several times as long as the others: it reads the defaults of its
// transformers, and much is used for the first time. This one has a bit of all that overlays have.
var Prepare = sync.OnceFunc(func() {
	files := filesys.MakeFsInMemory()
	for path, text := range map[string]string{
		"/base/kustomization.yaml":    "resources: [deployment.yaml]\n",
		"/base/deployment.yaml":       "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: a}]}}}\n",
		"/overlay/kustomization.yaml": "resources: [../base]\nimages: [{name: a, newTag: b}]\n",
	} {
		_ = files.WriteFile(path, []byte(text)) // into memory
	}
	_, _ = krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, "/overlay") // if it fails, so do others
})
