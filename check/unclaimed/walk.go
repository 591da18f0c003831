package unclaimed

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"github.com/promocheck/promocheck/check/artifact"
	"github.com/promocheck/promocheck/check/document"
	"github.com/promocheck/promocheck/check/giturl"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// walker goes through a document.
type walker struct {
	claims     Claims
	configured Configured
	isSecret   bool              // the document is a Secret: what is in there is judged where it is put
	said       map[string]saying // by key
	seen       map[Text]bool
	texts      []Text
}

// place is where in a document a node stands.
type place struct {
	path  string
	key   string // that says what the node is: the last of the path, or the name beside a value
	under bool   // a key above it says image

	inVersions  bool // the key above it says that versions are below it
	inImage     bool // the key above it says that it is one image
	besideImage bool // a key beside its own says image
	besideTag   bool // a key beside its own says tag
	besideChart bool // a key beside its own names a chart

	isSecret bool // it is a Secret, or its data or binary data, whose texts are encoded
	isSchema bool // it is a CustomResourceDefinition, whose schemas run nothing
	isLabel  bool // it is a label or an annotation, or selects by some, or is of a dashboard: nothing runs by its versions

	variables map[string]string // that are put into it

	nested int                // in how many texts
	known  []artifact.Version // what readers found in the text around it
	line   int                // in the file; within a text, of what stands before it
}

// mostNested is how deep YAML is looked for in the text of YAML.
const mostNested = 4

// below is the place of what stands under a key.
func (p place) below(key string, w *walker) place {
	p.inImage = w.says(p.key).image && !strings.HasSuffix(p.key, "s")
	p.inVersions = w.says(p.key).versions
	p.under = p.under || w.says(p.key).image
	isInstruction := p.key == "annotations" && strings.Contains(key, "/") && !describes.MatchString(key)
	p.isLabel = (p.isLabel || w.says(key).label) && !isInstruction
	p.path, p.key = join(p.path, key), key
	p.besideImage, p.besideTag, p.besideChart = false, false, false
	return p
}

// describes is what the annotations begin with that only say what an object is, or what was done with it; others tell a controller
// what to put into it.
var describes = regexp.MustCompile(`^(?:[\w.-]*\.)?(?:kubernetes\.io|k8s\.io|helm\.sh|argoproj\.io|fluxcd\.io|openshift\.io)/`)

func join(path, key string) string {
	if path == "" || key == "" {
		return path + key
	}
	return path + "." + key
}

func (w *walker) node(node *yaml.Node, at place) {
	switch node.Kind {
	case yaml.AliasNode:
		w.node(node.Alias, at)
	case yaml.MappingNode:
		w.mapping(node, at)
	case yaml.SequenceNode, yaml.DocumentNode:
		w.list(node, at)
	case yaml.ScalarNode:
		if at.nested == 0 {
			at.line = node.Line
		} else {
			at.line += node.Line
		}
		w.scalar(node, at)
	}
}

// mapping goes into the values of a mapping. Of a key that it has several times the last counts.
func (w *walker) mapping(node *yaml.Node, at place) {
	texts, counts := map[string]string{}, map[string]int{}
	var besideImage, besideTag bool
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, text := node.Content[i].Value, document.Text(node.Content[i+1])
		texts[key], counts[key] = text, i
		besideImage = besideImage || w.says(key).image && mayBePart(text)
		besideTag = besideTag || w.says(key).tag && looksVersion(text)
	}
	_, isOperation := texts["op"]
	_, isSchema := texts["schemaVersion"]
	_, hasPanels := texts["panels"]
	at.isLabel = at.isLabel || isSchema && hasPanels && at.nested > 0 // a dashboard of Grafana, whose versions are its own
	isEntry := texts["newName"]+texts["newTag"]+texts["digest"] != "" // as kustomizations have them for images
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i].Value, node.Content[i+1]
		isSeal := key == "sops" && at.path == "" && document.Get(value, "mac") != nil // what SOPS notes of how it encrypted the rest
		if counts[key] != i || strings.HasPrefix(key, "checksum/") || isSeal {
			continue
		}
		inside := at.below(key, w)
		if at.isSchema && (key == "schema" || key == "validation") {
			w.schema(value, inside)
			continue
		}
		isTakenFromAnother := key == "valueFrom" && w.namesImage(texts["name"]) // a variable that another object says
		if (refersToOther(key) || isTakenFromAnother) && at.nested == 0 {
			w.addChoice(inside.path, value)
		}
		inside.besideImage, inside.besideTag, inside.besideChart = besideImage, besideTag, texts["chart"] != ""
		switch {
		case isOperation && key == "value":
			for segment := range strings.SplitSeq(strings.Trim(texts["path"], "/"), "/") {
				inside = inside.below(strings.NewReplacer("~1", "/", "~0", "~").Replace(segment), w)
			}
		case isOperation && key == "path":
			continue
		case named[key] && texts["name"] != "":
			inside.under, inside.key = inside.under || w.says(key).image, texts["name"] // a variable, or a parameter
		case key == "name" && isEntry:
			continue // it says what is replaced
		case key == "path" && texts["repoURL"] != "" && texts["path"] != "":
			inside.line += value.Line
			w.add(inside, TakenFrom(node), Directory)
			continue
		case w.isSource(key, value, texts) && !at.isLabel:
			inside.line = max(value.Line, inside.line)
			w.add(inside, strings.TrimRight(texts[key], "/"), Source)
			continue
		case key == "name" && imageKinds[texts["kind"]]:
			inside.key = "image"
		}
		if key == "args" || key == "command" {
			inside.variables = variablesOf(node)
		}
		inside.isSecret = at.isSecret && (at.path != "" || key == "data") || at.path == "" && key == "binaryData"
		w.node(value, inside)
	}
}

// schema goes into the defaults of a schema: the API server fills them into each object that does not say its own, those that are
// there already as well.
func (w *walker) schema(node *yaml.Node, at place) {
	at.isLabel = true // versions by themselves are the schema's own
	if node.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		switch key, value := node.Content[i].Value, node.Content[i+1]; key {
		case "default":
			w.node(value, at)
		case "openAPIV3Schema", "items", "additionalProperties":
			w.schema(value, at)
		case "properties":
			for j := 0; j+1 < len(value.Content); j += 2 {
				w.schema(value.Content[j+1], at.below(value.Content[j].Value, w))
			}
		}
	}
}

// isSource reports whether a value is an address that charts or manifests are taken from, and that no reader knows.
func (w *walker) isSource(key string, value *yaml.Node, beside map[string]string) bool {
	_, isClaimed := w.claims[value]
	scheme, _, isURL := strings.Cut(beside[key], "://")
	return !isClaimed && isURL && slices.Contains([]string{"https", "http", "ssh", "git"}, scheme) && isRepository(key, beside)
}

// TakenFrom is the directory that a source of an application of Argo CD names, with what chooses among its files.
func TakenFrom(source *yaml.Node) string {
	text := func(keys ...string) string { return document.Text(document.Get(source, keys...)) }
	from := giturl.Parse(text("repoURL")).Repository() + "//" + text("path")
	for _, chooses := range []string{"include", "exclude"} {
		if files := text("directory", chooses); files != "" {
			from += " (" + chooses + " " + files + ")"
		}
	}
	return from
}

// imageKinds are what OpenShift calls an image that it refers to by name.
var imageKinds = map[string]bool{"DockerImage": true, "ImageStreamTag": true, "ImageStreamImage": true}

// named are the keys of which the value is that of the name beside them.
var named = map[string]bool{"value": true, "default": true, "string": true, "path": true}

// list goes into the elements of a list. Their places do not count, so that one that is put in moves no other: they are told
// apart by their names, or by what else they are called. A flag says what the element after it is.
func (w *walker) list(node *yaml.Node, at place) {
	flag, called := "", document.CalledBy(node.Content)
	for _, item := range node.Content {
		inside := at
		text := document.Text(item)
		if flag != "" {
			inside = inside.below(flag, w)
		} else if name := document.Text(document.Get(item, called)); name != "" {
			inside.path = join(inside.path, name)
		}
		w.node(item, inside)
		flag = ""
		if strings.HasPrefix(text, "-") && !strings.ContainsAny(text, "= ") {
			flag = strings.TrimLeft(text, "-")
		}
	}
}

func (w *walker) scalar(node *yaml.Node, at place) {
	text := strings.TrimSpace(at.expanded(node.Value))
	if at.isSecret {
		if data, err := base64.StdEncoding.DecodeString(text); err == nil {
			text = strings.TrimSpace(string(data))
		}
	}
	versions, isClaimed := w.claims[node]
	switch {
	case isStructured(text) && at.nested < mostNested:
		if node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
			at.line-- // the text starts in the scalar's own line
		}
		at.known = slices.Concat(at.known, versions)
		w.structured(text, at)
	case isClaimed || isKnown(text, at.known):
		w.add(at, text, Claimed)
	case text == "" || node.ShortTag() == yaml.NodeTagNull:
		if says := w.says(at.key); says.image || says.tag || says.registry {
			w.add(at, "", Emptied)
		} else {
			w.add(at, "", Bare)
		}
	case !w.isSecret && laterImage.MatchString(text) && w.saysImage(at):
		w.add(at, text, Hidden)
	default:
		w.line(text, at)
	}
}

// laterImage is a text that another takes the place of before anything runs: encrypted, read from a store of secrets, or a
// variable's.
var laterImage = regexp.MustCompile(`^(?:ENC\[|<\w+:|ref\+\w|\$[A-Za-z_])`)

// saysImage reports whether what stands at a place is an image or a part of one's reference, by its key.
func (w *walker) saysImage(at place) bool {
	return w.namesImage(at.key) || at.inImage && w.says(at.key).part
}

// isStructured reports whether a text may hold YAML or lines of its own: a key may stand before what it has in one line. What
// begins like a template is no YAML.
func isStructured(text string) bool {
	key, _, isKeyed := strings.Cut(text, ": ")
	return strings.Contains(text, "\n") || isKeyed && (strings.HasPrefix(key, "!!") || !strings.Contains(key, " ")) ||
		strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "{{") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "- {")
}

// structured goes into a text: as YAML or, where it is none, line by line.
func (w *walker) structured(text string, at place) {
	at.nested++
	if roots := parsed(text); mayName(text) && roots != nil {
		for _, root := range roots {
			w.node(root, at)
		}
		return
	}
	before := at.line
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		at.line = before + number
		roots := []*yaml.Node(nil)
		if mayName(line) && !strings.Contains(line, ": {{") {
			roots = parsed(line)
		}
		if roots == nil {
			w.line(line, at)
			continue
		}
		inLine := at
		inLine.line-- // the line is its first
		w.node(roots[0], inLine)
	}
}

// parsed are the documents of a text, if it is YAML and more than a text.
func parsed(text string) []*yaml.Node {
	roots, err := document.Parse([]byte(text))
	if err != nil || len(roots) == 0 || slices.ContainsFunc(roots, func(root *yaml.Node) bool { return root.Kind == yaml.ScalarNode }) {
		return nil
	}
	return roots
}

// names is a part of each word that says a version or an image (key.go), in any case, and what may be another way to write it.
var names = regexp.MustCompile(`(?i)/|im(?:age|g)|tag|rev|regi|repo|ver|sha|rel|branch|build|chan|commit|track|digest|hub|ref|csv|binary|\\[ux]`)

// mayName reports whether a text has a word that the keys of versions have, or a path, which a reference without a version may
// be: to parse a large one takes long.
func mayName(text string) bool {
	return names.MatchString(text)
}

// isKnown reports whether a text within another is what readers found there.
func isKnown(text string, known []artifact.Version) bool {
	return slices.ContainsFunc(known, func(version artifact.Version) bool {
		if text == version.Tag || text == version.Digest || text == version.Tag+"@"+version.Digest || text == version.Repository {
			return text != ""
		}
		_, parsed, err := artifact.ParseImage(text)
		return err == nil && parsed.Repository == version.Repository && (parsed.Tag == "" && parsed.Digest == "" || parsed.Same(version))
	})
}

func isSecret(root *yaml.Node) bool { return document.Text(document.Get(root, "kind")) == "Secret" }

func isSchema(root *yaml.Node) bool {
	return document.Text(document.Get(root, "kind")) == "CustomResourceDefinition" && document.Get(root, "spec", "names") != nil
}
