package event_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/promocheck/promocheck/check/event"
	"github.com/promocheck/promocheck/check/kustomization"
	"github.com/promocheck/promocheck/check/tree"
	. "github.com/promocheck/promocheck/internal/treetest"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/yaml"
)

var (
	mutations = flag.Int("mutations", 100, "how many random changes to try")
	seed      = flag.Uint64("seed", 1, "of the random repositories")
)

// TestEffectsAreWhatKustomizeRenders changes random files of random repositories. Where what Kustomize
// renders for a place differs, the event must say so; where it does not, the event must be silent.
func TestEffectsAreWhatKustomizeRenders(t *testing.T) {
	random := rand.New(rand.NewPCG(*seed, 0))
	counts := map[string]int{}
	for range *mutations / 10 {
		before := randomRepo(random)
		was := renderAll(t, before)
		for range 10 {
			changed, after := mutate(random, before)
			got := eventOf(t, before, after)
			is := renderAll(t, after)
			for environment := range was {
				how, problem := judge(was[environment], is[environment], shown(got, environment))
				counts[how]++
				if problem != "" {
					t.Fatalf("a change of %s: what %s renders is %s, but %s\n%s", changed, environment, how, problem, listing(before, after, changed))
				}
			}
		}
	}
	t.Log(counts)
	if counts["different"] < *mutations/10 || counts["alike"] < *mutations/10 {
		t.Error("the random changes are one-sided")
	}
}

// rendering is what Kustomize makes of an overlay.
type rendering struct {
	objects map[string]any
	err     error
}

// freshSchema has Kustomize begin with no schema, as the program does for each build, and forget about
// it in the end. It is only of use, and only slow, where files bring one.
func freshSchema(files Files) func() {
	for _, content := range files {
		if strings.Contains(content, "openapi") {
			openapi.ResetOpenAPI()
			return openapi.ResetOpenAPI
		}
	}
	return func() {}
}

// judge compares what Kustomize renders before and after with what an event shows of it.
func judge(was, is rendering, shown string) (how, problem string) {
	difference := cmp.Diff(was.objects, is.objects)
	switch {
	case was.err != nil && is.err != nil:
		return "broken", ""
	case was.err != nil || is.err != nil:
		how = "broken on one side"
	case difference != "":
		how = "different"
	case shown != "":
		return "alike", "the event shows\n" + shown
	default:
		return "alike", ""
	}
	if shown == "" {
		problem = fmt.Sprintf("nothing shows it\n%v\n%v\n%s", was.err, is.err, difference)
	}
	return how, problem
}

// shown is what an event shows of one environment of the app.
func shown(e *event.Event, environment string) string {
	var lines string
	for line := range strings.Lines(summary(e)) {
		if strings.Contains(line, "shop:"+environment) && !strings.Contains(line, "reached:false") {
			lines += line
		}
	}
	return lines
}

var environments = []string{"dev", "staging", "prod"}

func renderAll(t *testing.T, files Files) map[string]rendering {
	at := New().Tree(t, files)
	all := map[string]rendering{}
	for _, environment := range environments {
		freshly := freshSchema(files)
		objects, err := build(tree.NewFileSystem(at, nil), "shop/overlays/"+environment)
		all[environment] = rendering{objects, err}
		freshly()
	}
	return all
}

// TestClosureHoldsAllThatIsRead builds random repositories and requires that every path that Kustomize
// finds something at is one that the closure knows to decide.
func TestClosureHoldsAllThatIsRead(t *testing.T) {
	random := rand.New(rand.NewPCG(*seed, 1))
	read := 0
	for range *mutations / 4 {
		files := randomRepo(random)
		at := New().Tree(t, files)
		for _, environment := range environments {
			dir := "shop/overlays/" + environment
			closure := kustomization.NewReader(at, kustomization.Cache{}).Closure(dir)
			recorded := &recorder{FileSystem: tree.NewFileSystem(at, nil), paths: map[string]bool{}}
			freshly := freshSchema(files)
			_, err := build(recorded, dir)
			freshly()
			if err != nil {
				continue
			}
			for p := range recorded.paths {
				read++
				if !closure.Reaches(p) {
					t.Fatalf("%s is read for %s, but not known to decide\n%s", p, dir, listing(files, nil, ""))
				}
			}
		}
	}
	if read == 0 {
		t.Error("nothing was read")
	}
}

// recorder notes the files that are read.
type recorder struct {
	filesys.FileSystem
	paths map[string]bool
}

func (r *recorder) ReadFile(name string) ([]byte, error) {
	data, err := r.FileSystem.ReadFile(name)
	if err == nil {
		r.paths[strings.TrimPrefix(name, tree.Mount+"/")] = true
	}
	return data, err
}

func build(files filesys.FileSystem, dir string) (objects map[string]any, err error) {
	defer func() { // an empty file under crds makes Kustomize panic
		if cause := recover(); cause != nil {
			objects, err = nil, fmt.Errorf("panic: %v", cause)
		}
	}()
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsNone
	rendered, err := krusty.MakeKustomizer(options).Run(files, path.Join(tree.Mount, dir))
	if err != nil {
		return nil, err
	}
	objects = map[string]any{}
	for _, resource := range rendered.Resources() {
		text, err := resource.AsYAML()
		if err != nil {
			return nil, err
		}
		var object any
		if err := yaml.Unmarshal(text, &object); err != nil {
			return nil, err
		}
		objects[resource.CurId().String()] = object
	}
	return objects, nil
}

func listing(before, after Files, changed string) string {
	var b strings.Builder
	for _, p := range slices.Sorted(maps.Keys(before)) {
		fmt.Fprintf(&b, "-- %s --\n%s\n", p, before[p])
	}
	fmt.Fprintf(&b, "-- %s, after --\n%s\n", changed, after[changed])
	return b.String()
}

// mutate changes one file.
func mutate(random *rand.Rand, files Files) (string, Files) {
	names := slices.Sorted(maps.Keys(files))
	if random.IntN(4) > 0 { // most changes are about one environment
		names = slices.DeleteFunc(names, func(name string) bool { return !strings.Contains(name, "/prod/") })
	}
	name := names[random.IntN(len(names))]
	content := files[name]
	occurrence := func(old, replacement string) func() string {
		return func() string {
			parts := strings.Split(content, old)
			at := random.IntN(len(parts))
			return strings.Join(parts[:at], old) + map[bool]string{true: replacement}[at > 0] + strings.Join(parts[at:], old)
		}
	}
	edits := []func() string{
		occurrence("v1", "v2"), occurrence("v1", "v2"), occurrence("v1", "v2"), occurrence("one", "two"), occurrence("one", "two"),
		func() string { return strings.ReplaceAll(content, "v1", "v3") },
		func() string { return strings.Replace(content, "  ", "  # a comment\n  ", 1) },
		func() string { return content + "\n# a comment\n" },
		func() string { return strings.ReplaceAll(content, "ghcr.io", "quay.io") },
		func() string { return strings.Replace(content, "replicas: 1", "replicas: 2", 1) },
		func() string { return strings.Replace(content, "count: 1", "count: 4", 1) },
		func() string { // a line goes
			lines := strings.SplitAfter(content, "\n")
			at := random.IntN(len(lines))
			return strings.Join(slices.Delete(lines, at, at+1), "")
		},
		func() string { // two lines change places
			lines := strings.SplitAfter(content, "\n")
			a, b := random.IntN(len(lines)), random.IntN(len(lines))
			lines[a], lines[b] = lines[b], lines[a]
			return strings.Join(lines, "")
		},
		func() string { // as another file has it
			return files[names[random.IntN(len(names))]]
		},
	}
	if random.IntN(20) == 0 {
		return name, files.With(Files{name: Gone})
	}
	return name, files.With(Files{name: edits[random.IntN(len(edits))]()})
}

// randomRepo makes an app with a base and three overlays, each built with a choice of what Kustomize
// can do.
func randomRepo(random *rand.Rand) Files {
	files := Files{
		"shop/base/deployment.yaml":    workload("Deployment", "shop"),
		"shop/base/job.yaml":           "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(workload("StatefulSet", "job")), "\n", "\n  ") + "\n",
		"shop/deep/kustomization.yaml": "resources: [service.yaml, crontab.yaml]\nnamePrefix: one-\n",
		"shop/deep/service.yaml":       "apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {selector: {app: one}}\n",
		"shop/deep/crontab.yaml":       "apiVersion: example.com/v1\nkind: CronTab\nmetadata: {name: tab}\nspec: {runner: ghcr.io/acme/shop:v1, level: one}\n",
	}
	chance := func(percent int) bool { return random.IntN(100) < percent }
	k := map[string][]string{"resources": {"deployment.yaml", "../deep"}}
	if chance(50) {
		k["resources"] = append(k["resources"], "job.yaml")
	}
	decorate(random, files, "shop/base", k, 15)
	component := map[string][]string{}
	decorate(random, files, "shop/parts/extra", component, 30)
	files["shop/parts/extra/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" + files["shop/parts/extra/kustomization.yaml"]
	for _, environment := range environments {
		dir := "shop/overlays/" + environment
		k := map[string][]string{"resources": {"../../base"}}
		if chance(30) {
			k["components"] = []string{"../../parts/extra"}
		}
		if chance(10) {
			files[dir+"/shared"] = Link("../../linked")
			files["shop/linked/one.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: linked}\ndata: {k: one}\n"
			files["shop/linked/kustomization.yaml"] = "resources: [one.yaml]\n"
			k["resources"] = append(k["resources"], "shared")
		}
		if chance(10) {
			files[dir+"/linked.yaml"] = Link("../../linked/two.yaml")
			files["shop/linked/two.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: linked2}\ndata: {k: one}\n"
			k["resources"] = append(k["resources"], "linked.yaml")
		}
		decorate(random, files, dir, k, 20)
		if chance(10) { // the kustomization file itself is a link
			files["shop/linked/"+environment+".yaml"] = files[dir+"/kustomization.yaml"]
			files[dir+"/kustomization.yaml"] = Link("../../linked/" + environment + ".yaml")
		}
	}
	return files
}

func workload(kind, name string) string {
	return fmt.Sprintf(`apiVersion: apps/v1
kind: %s
metadata:
  name: %s
  labels: {app: one}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: shop
        image: ghcr.io/acme/shop:v1
        env: [{name: A, value: one}, {name: V, value: $(NAME)}]
      - name: side
        image: ghcr.io/acme/side:v1
`, kind, name)
}

// decorate writes a kustomization file, each of the features in it with some chance.
func decorate(random *rand.Rand, files Files, dir string, k map[string][]string, percent int) {
	n := 0
	file := func(content string) string {
		n++
		name := fmt.Sprintf("file%d.yaml", n)
		if random.IntN(4) == 0 {
			name = fmt.Sprintf("sub/file%d.yaml", n)
		}
		files[dir+"/"+name] = content
		return name
	}
	id := strings.ReplaceAll(dir, "/", "-")
	merge := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {replicas: 1, template: {spec: {containers: [{name: shop, image: 'ghcr.io/acme/shop:v1'}]}}}\n"
	operations := "- {op: replace, path: /spec/template/spec/containers/1/image, value: 'ghcr.io/acme/side:v1'}\n"
	plugin := func(kind, rest string) string {
		return fmt.Sprintf("apiVersion: builtin\nkind: %s\nmetadata: {name: %s%d}\n%s", kind, id, n, rest)
	}
	pluginDirectory := func(content string) string {
		n++
		name := fmt.Sprintf("plugins%d", n)
		files[dir+"/"+name+"/kustomization.yaml"] = "resources: [plugin.yaml]\n"
		files[dir+"/"+name+"/plugin.yaml"] = content
		return name
	}
	features := []func() (string, string){
		func() (string, string) { return "images", "{name: ghcr.io/acme/shop, newTag: v1}" },
		func() (string, string) {
			return "images", "{name: ghcr.io/acme/side, newName: ghcr.io/acme/one, newTag: v1}"
		},
		func() (string, string) { return "imageTags", "{name: ghcr.io/acme/side, newTag: v1}" },
		func() (string, string) { return "patches", "{path: " + file(merge) + "}" },
		func() (string, string) {
			return "patches", "{path: " + file(operations) + ", target: {kind: Deployment}}"
		},
		func() (string, string) {
			return "patches", "{patch: \"" + strings.ReplaceAll(merge, "\n", "\\n") + "\"}"
		},
		func() (string, string) { return "patchesStrategicMerge", file(merge) },
		func() (string, string) {
			return "patchesJson6902", "{path: " + file(operations) + ", target: {group: apps, version: v1, kind: Deployment, name: shop}}"
		},
		func() (string, string) {
			return "configMapGenerator", "{name: " + id + "-files, files: [" + file("one\n") + "]}"
		},
		func() (string, string) {
			return "configMapGenerator", "{name: " + id + "-key, files: [key=" + file("one\n") + "]}"
		},
		func() (string, string) {
			return "configMapGenerator", "{name: " + id + "-envs, envs: [" + file("A=one\n") + "]}"
		},
		func() (string, string) {
			return "secretGenerator", "{name: " + id + "-env, env: " + file("A=one\n") + "}"
		},
		func() (string, string) {
			return "secretGenerator", "{name: " + id + "-literals, literals: [A=one], options: {disableNameSuffixHash: true}}"
		},
		func() (string, string) {
			return "replacements", "{path: " + file("source: {kind: CronTab, fieldPath: spec.level}\ntargets: [{select: {kind: Deployment}, fieldPaths: [spec.template.spec.containers.0.env.0.value]}]\n") + "}"
		},
		func() (string, string) {
			return "replacements", "{sourceValue: 'ghcr.io/acme/shop:v1', targets: [{select: {kind: CronTab}, fieldPaths: [spec.runner]}]}"
		},
		func() (string, string) {
			return "transformers", file(plugin("ImageTagTransformer", "imageTag: {name: ghcr.io/acme/shop, newTag: v1}\n"))
		},
		func() (string, string) {
			return "transformers", file(plugin("PatchTransformer", "Path: "+file(merge)+"\n"))
		},
		func() (string, string) {
			return "transformers", pluginDirectory(plugin("PatchStrategicMergeTransformer", "paths: ["+file(merge)+"]\n"))
		},
		func() (string, string) {
			return "transformers", file(plugin("ValueAddTransformer", "value: one\ntargetFilePath: "+file("targets: [{selector: {kind: CronTab}, fieldPath: spec/level}]\n")+"\n"))
		},
		func() (string, string) {
			return "transformers", "\"" + strings.ReplaceAll(plugin("PrefixTransformer", "prefix: one-\nfieldSpecs: [{path: metadata/name, kind: Service}]\n"), "\n", "\\n") + "\""
		},
		func() (string, string) {
			return "generators", file(plugin("ConfigMapGenerator", "files: [key="+file("one\n")+"]\nenvs: ["+file("A=one\n")+"]\n"))
		},
		func() (string, string) {
			return "generators", pluginDirectory(plugin("SecretGenerator", "env: "+file("A=one\n")+"\n"))
		},
		func() (string, string) {
			return "configurations", file("images: [{path: spec/runner, kind: CronTab}]\n")
		},
		func() (string, string) {
			return "crds", file("{\"example.com/v1.CronTab\": {\"Schema\": {\"properties\": {\"spec\": {\"type\": \"object\"}}}}}\n")
		},
		func() (string, string) {
			return "resources", file("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + id + "-own}\ndata: {k: one}\n")
		},
		func() (string, string) { return "replicas", "{name: shop, count: 1}" },
		func() (string, string) {
			return "vars", "{name: NAME, objref: {apiVersion: apps/v1, kind: Deployment, name: shop}}"
		},
		func() (string, string) { return "labels", "{pairs: {tier: one}}" },
		func() (string, string) { return "namePrefix:", "one-" },
		func() (string, string) { return "nameSuffix:", "-one" },
		func() (string, string) { return "namespace:", "one" },
		func() (string, string) { return "commonAnnotations:", "{note: one}" },
		func() (string, string) { return "generatorOptions:", "{labels: {tier: one}}" },
		func() (string, string) { return "openapi:", "{path: " + file(schema()) + "}" },
	}
	for _, feature := range features {
		if random.IntN(100) < percent {
			key, value := feature()
			if strings.HasPrefix(key, "openapi") && random.IntN(10) > 0 {
				continue
			}
			k[key] = append(k[key], value)
		}
	}
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(k)) {
		if strings.HasSuffix(key, ":") {
			fmt.Fprintf(&b, "%s %s\n", key, k[key][0])
			continue
		}
		fmt.Fprintf(&b, "%s:\n", key)
		for _, entry := range k[key] {
			fmt.Fprintf(&b, "- %s\n", entry)
		}
	}
	files[dir+"/kustomization.yaml"] = b.String()
}

// schema has CronTab merge its lists by name.
func schema() string {
	text, _ := json.Marshal(map[string]any{"definitions": map[string]any{"v1.CronTab": map[string]any{
		"type":                            "object",
		"x-kubernetes-group-version-kind": []any{map[string]any{"group": "example.com", "kind": "CronTab", "version": "v1"}},
		"properties":                      map[string]any{"spec": map[string]any{"type": "object"}},
	}}})
	return string(text) + "\n"
}
