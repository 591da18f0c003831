package overlay

// usual is a pattern that counts where the configuration gives none.
type usual struct {
	text string
	app  string // what is promoted where the path does not say
	// vague is set where the directory in front does not say that environments follow: what it holds may be called
	// like one, and be none.
	vague bool
	// divides is set where what lies in an environment's directory may be apps of their own.
	divides bool
}

// usualPatterns are tried in order where the configuration gives none. They name directories, and
// files that say what an environment runs.
var usualPatterns = []usual{
	{text: "{app**}/overlays/{env}"}, {text: "overlays/{env}", divides: true},
	{text: "{app**}/envs/{env}", divides: true}, {text: "envs/{env}", divides: true},
	{text: "{app**}/environments/{env}", divides: true}, {text: "environments/{env}", divides: true},
	{text: "{app**}/env/{env}", divides: true}, {text: "env/{env}", divides: true},
	{text: "components/{app**}/{env}", vague: true},
	{text: "apps/{env}", app: "apps", vague: true, divides: true},
	{text: "clusters/{env}", app: "clusters", vague: true, divides: true},
	{text: "infrastructure/{env}", app: "infrastructure", vague: true, divides: true},
	{text: "{app**}/values-{env}.{yaml,yml}"}, {text: "values-{env}.{yaml,yml}"},
	{text: "{app**}/values.{env}.{yaml,yml}"},
	{text: "{app**}/values/{env}.{yaml,yml}"},
	{text: "apps/{app**}/{env}.{yaml,yml}", vague: true},
	{text: "image-tags/{env}/{app}"}, {text: "{app**}/image-tags/{env}/{app}"},
	{text: "{app**}/{env}.env"}, {text: "{env}.env"},
}

// UsualPatterns are the patterns that count where the configuration gives none, in the order in which they are tried.
func UsualPatterns() []string {
	texts := make([]string, 0, len(usualPatterns))
	for _, pattern := range usualPatterns {
		texts = append(texts, pattern.text)
	}
	return texts
}
