package tree

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// The file system has to behave as Kustomize's own does on a checkout.
func TestFileSystemIsLikeACheckout(t *testing.T) {
	repo := linked(t)
	temporary, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(temporary, Mount)
	repo.Git("checkout-index", "--all", "--prefix="+dir+"/")
	disk := filesys.MakeFsOnDisk()
	fsys := NewFileSystem(at(t, repo, "HEAD"), nil)

	// What is seen from below one directory is compared with what is seen from the other.
	relative := func(text, top string) string { return strings.ReplaceAll(text, top, "TOP") }
	compare := func(what string, got, want any, gotErr, wantErr error) {
		t.Helper()
		g, w := relative(fmt.Sprintf("%q", got), Mount), relative(fmt.Sprintf("%q", want), dir)
		if g != w || (gotErr == nil) != (wantErr == nil) || errors.Is(gotErr, fs.ErrNotExist) != errors.Is(wantErr, fs.ErrNotExist) {
			t.Errorf("%s: got %s, %v; want %s, %v", what, g, gotErr, w, wantErr)
		}
	}
	for _, path := range []string{
		"", "/", "/.", "/base/", "/file", "/file/", "/file/x", "/base", "/base/deployment.yaml", "/base/../file",
		"/links/up", "/links/up/nested", "/links/up/nested/deep", "/links/up/../file", "/links/chain", "/links/top/links/up",
		"/links/dangling", "/links/self", "/links/ping", "/none", "/none/..", "/none/../file", "/apps/a:b/c d", "/.hidden/.file", "/links",
	} {
		gotDir, gotFile, gotErr := fsys.CleanedAbs(Mount + path)
		wantDir, wantFile, wantErr := disk.CleanedAbs(dir + path)
		compare("CleanedAbs "+path, []string{string(gotDir), gotFile}, []string{string(wantDir), wantFile}, gotErr, wantErr)

		got, gotErr := fsys.ReadFile(Mount + path)
		want, wantErr := disk.ReadFile(dir + path)
		compare("ReadFile "+path, got, want, gotErr, wantErr)

		compare("Exists "+path, fsys.Exists(Mount+path), disk.Exists(dir+path), nil, nil)
		compare("IsDir "+path, fsys.IsDir(Mount+path), disk.IsDir(dir+path), nil, nil)

		gotNames, gotErr := fsys.ReadDir(Mount + path)
		wantNames, wantErr := disk.ReadDir(dir + path)
		compare("ReadDir "+path, gotNames, wantNames, gotErr, wantErr)

		compare("Walk "+path, walked(fsys, Mount+path), walked(disk, dir+path), nil, nil)

		gotFileHandle, gotErr := fsys.Open(Mount + path)
		wantFileHandle, wantErr := disk.Open(dir + path)
		compare("Open "+path, opened(gotFileHandle, gotErr), opened(wantFileHandle, wantErr), gotErr, wantErr)
	}
	for _, pattern := range []string{"/*", "/*/*", "/base/*.yaml", "/links/up/*", "/.*", "/.hidden/.*", "/none/*", "/file", "/[", "/links/dang*"} {
		got, gotErr := fsys.Glob(Mount + pattern)
		want, wantErr := disk.Glob(dir + pattern)
		compare("Glob "+pattern, got, want, gotErr, wantErr)
	}
}

func walked(fsys filesys.FileSystem, path string) []string {
	var visits []string
	err := fsys.Walk(path, func(path string, info fs.FileInfo, err error) error {
		if err != nil {
			visits = append(visits, path+" cannot be visited")
			return nil
		}
		if info.Name() == "nested" {
			return filepath.SkipDir
		}
		visits = append(visits, fmt.Sprintf("%s %s %v", path, info.Name(), info.Mode().Type()))
		if info.Name() == "absolute" {
			return filepath.SkipDir // of a file: passes over the rest of its directory
		}
		return nil
	})
	return append(visits, fmt.Sprint(err != nil))
}

func opened(file filesys.File, err error) string {
	if err != nil {
		return ""
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err.Error()
	}
	if info.IsDir() {
		return info.Mode().Type().String()
	}
	data, err := io.ReadAll(file)
	return fmt.Sprintf("%s %v %d %s %v", info.Name(), info.Mode().Type(), info.Size(), data, err)
}

func TestFileSystemHasNothingBesideTheRepository(t *testing.T) {
	fsys := NewFileSystem(at(t, linked(t), "HEAD"), nil)
	for _, path := range []string{
		"", "/", ".", "file", "base", "/etc/passwd", "/etc", Mount + "x", Mount + "/..", Mount + "/../etc/passwd",
		Mount + "/base/../../file", Mount + "/base/../../../file", Mount + "/links/absolute", Mount + "/links/outside",
	} {
		if fsys.Exists(path) || fsys.IsDir(path) {
			t.Errorf("%q exists", path)
		}
		if _, err := fsys.ReadFile(path); err == nil {
			t.Errorf("%q can be read", path)
		}
		if dir, file, err := fsys.CleanedAbs(path); err == nil {
			t.Errorf("%q leads to %s, %s", path, dir, file)
		}
	}
	if err := fsys.Err(); err != nil {
		t.Errorf("Err is %v", err)
	}
}

func TestFileSystemIsReadOnly(t *testing.T) {
	fsys := NewFileSystem(at(t, linked(t), "HEAD"), nil)
	file := Mount + "/file"
	_, createErr := fsys.Create(file)
	open, err := fsys.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	_, writeErr := open.Write(nil)
	for i, err := range []error{
		createErr, writeErr, fsys.Mkdir(file), fsys.MkdirAll(file), fsys.RemoveAll(file), fsys.WriteFile(file, nil),
	} {
		if !errors.Is(err, errReadOnly) {
			t.Errorf("%d: got %v", i, err)
		}
	}
}

func TestFileSystemReplaces(t *testing.T) {
	fsys := NewFileSystem(at(t, linked(t), "HEAD"), map[string][]byte{
		"base/deployment.yaml": []byte("replaced"),
		"links/self":           []byte("a link replaced"),
	})
	for path, want := range map[string]string{
		"/base/deployment.yaml": "replaced", "/links/chain": "replaced", "/links/up/deployment.yaml": "replaced",
		"/links/self": "a link replaced", "/links/top/links/self": "a link replaced", "/file": "top",
	} {
		if got, err := fsys.ReadFile(Mount + path); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	info, err := fsys.stat(Mount + "/links/chain")
	if err != nil || info.Size() != int64(len("replaced")) {
		t.Errorf("size is %d, %v", info.Size(), err)
	}
}

func TestKustomizeBuildsFromATree(t *testing.T) {
	repo := linked(t)
	repo.Write("base/kustomization.yaml", "resources: [config.yaml]\n")
	repo.Write("base/config.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n")
	repo.Write("overlays/prod/kustomization.yaml", "namePrefix: prod-\nresources: [../../links/up, 'https://example.invalid/x']\n")
	repo.Commit("two")
	fsys := NewFileSystem(at(t, repo, "HEAD"), map[string][]byte{
		"overlays/prod/kustomization.yaml": []byte("namePrefix: prod-\nresources: [../../links/up]\n"),
	})
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(fsys, Mount+"/overlays/prod")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, resource := range resources.Resources() {
		names = append(names, resource.GetName())
	}
	if !reflect.DeepEqual(names, []string{"prod-a"}) || fsys.Err() != nil {
		t.Errorf("built %q, %v", names, fsys.Err())
	}
}
