// Package event defines the promotion event, the input of every policy, and builds it from the
// states of the overlays before and after a change. The shape is a contract (see event.schema.json):
// fields may be added, none may change its name or meaning within promocheck/v1.
package event

import "github.com/promocheck/promocheck/check/artifact"

// The version and kind that every event states.
const (
	APIVersion = "promocheck/v1"
	Kind       = "PromotionEvent"
)

// Event is all that a change between two refs would deploy, with the state around it.
type Event struct {
	APIVersion string        `json:"apiVersion"`
	Kind       string        `json:"kind"`
	Time       Time          `json:"time"`
	Base       Ref           `json:"base"`
	Head       Head          `json:"head"`
	Self       Self          `json:"self"`
	Path       []Environment `json:"path"`
	Changes    []Change      `json:"changes"`
	Effects    []Effect      `json:"effects"`
	Files      []File        `json:"files"`
	State      State         `json:"state"`
	Merged     State         `json:"merged"` // the same once the change is in
	Config     Config        `json:"config"`
	Unresolved []Unresolved  `json:"unresolved"`
	Unclaimed  []Unclaimed   `json:"unclaimed"`
	Keys       []Lack        `json:"keys"`
	Optional
	Outside []Outside `json:"outside"`
}

// Ref is a side of the comparison as it was asked for, and what it stood for.
type Ref struct {
	Ref    string `json:"ref"`
	Commit string `json:"commit"` // full object name; empty where the side is the index
}

// Head is the side that is judged, with the commits that base does not have, newest first.
type Head struct {
	Ref
	Staged  bool     `json:"staged"` // the index is judged: a commit in the making, not a push
	Commits []Commit `json:"commits"`
}

// Commit is a commit that the change brings.
type Commit struct {
	Commit   string              `json:"commit"`
	Author   string              `json:"author"` // "Name <email>"
	Subject  string              `json:"subject"`
	Trailers map[string][]string `json:"trailers"` // by key in lower case
	Reverts  []string            `json:"reverts"`  // full object names of the commits that it says it reverts
}

// Self is this repository, as the objects in it may name it.
type Self struct {
	Repositories []string `json:"repositories"` // as versions name them; empty where nobody has said
	Revisions    []string `json:"revisions"`    // that mean the branch that the change goes into, in lower case
}

// Environment is a step of the promotion path.
type Environment struct {
	Name       string   `json:"name"`
	Upstream   []string `json:"upstream"`
	Production bool     `json:"production"`
	Branch     *string  `json:"branch"` // that deploys it; null where directories tell environments apart
}

// Direction says which way a change takes a version.
type Direction string

// Directions: by the order of the versions' tags where they have one, else by which of the two was first held by any of
// the app's environments. One that none of them ever had may be newer, or an older one that comes late.
const (
	Forward  Direction = "forward"
	Backward Direction = "backward"
	Added    Direction = "added"
	Removed  Direction = "removed"
	Unknown  Direction = "unknown"
)

// Fidelity says how a state was worked out.
type Fidelity string

// Fidelities, from what Kustomize renders down to what kustomization files merely declare.
const (
	Rendered Fidelity = "rendered"
	Partial  Fidelity = "partial"
	Declared Fidelity = "declared"
)

// Change is one artifact of one app in one environment, before and after. Targets share a change if
// before and after are equal. At most one of Before and After is null.
type Change struct {
	ID          string            `json:"id"`
	App         string            `json:"app"`
	Environment string            `json:"environment"`
	Targets     []string          `json:"targets"`
	Artifact    artifact.Artifact `json:"artifact"`
	Objects     []Object          `json:"objects"` // that run it, where others are judged apart; empty: all do as one
	Before      *artifact.Version `json:"before"`
	After       *artifact.Version `json:"after"`
	Direction   Direction         `json:"direction"`
	Entry       bool              `json:"entry"`    // no target of this environment held After at base, or where one did, it never ran there
	Starts      bool              `json:"starts"`   // After was declared there before, in what could not run: the change switches that on
	Shared      []Shared          `json:"shared"`   // whose one scalar sets After here and there
	Upstream    []Holding         `json:"upstream"` // of the app's own path
	Earlier     []Holding         `json:"earlier"`  // every environment before this one on the app's path
	Bad         []Bad             `json:"bad"`      // what the base branch says of After
	Formerly    []string          `json:"formerly"` // what its app was called since production got the version that it has
	Lost        []string          `json:"lost"`     // the environments before it that the app is in no more, where none is left that came as near to it
	Own         History           `json:"own"`      // this environment's own past with After
	// LeftElsewhere is, of a change into production, how the targets of other environments that are production gave After up.
	LeftElsewhere map[string]map[string]Left `json:"left_elsewhere"`
	Returns       *bool                      `json:"returns"`    // every target ran exactly After before; null where history cannot tell
	Familiar      *bool                      `json:"familiar"`   // the environment takes other artifacts from the same registry; null where After is not the first of its artifact, or is from where the upstream has it
	Previous      *Previous                  `json:"previous"`   // of a change backward, if history tells
	BroughtBy     map[string][]Bringing      `json:"brought_by"` // of a change backward, by target: the commits of head that do it and say so
	Fidelity      Fidelity                   `json:"fidelity"`
	Locations     map[string]Location        `json:"locations"` // by target
	From          map[string]Place           `json:"from"`      // by target: the place that deployed the artifact before, where it was another
}

// Bad is why a version is not to run.
type Bad struct {
	Version  string   `json:"version"` // as the list has it
	Reason   string   `json:"reason"`
	Location Location `json:"location"`
}

// Object is what runs an artifact: a deployed object, or a part of one that says what several workloads run, or that several run it in.
type Object struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Part      string `json:"part"`
}

// Holding is what another environment has to do with a change's After.
type Holding struct {
	Environment string             `json:"environment"`
	Versions    []artifact.Version `json:"versions"` // of the artifact, at base
	Holds       bool               `json:"holds"`    // After is among them
	Gets        bool               `json:"gets"`     // After arrives there by this same change
	Runs        bool               `json:"runs"`     // something that holds After, at base, can run
	WillRun     bool               `json:"will_run"` // once the change is in, something will that holds After by then
	Idle        []string           `json:"idle"`     // why nothing that holds After can run
	History
}

// History is what the base branch's past says about a version: the newest stay, and the longest one
// that is over. Null where it cannot tell.
type History struct {
	Held    *bool           `json:"held"`
	Since   *string         `json:"since"` // RFC 3339
	Seen    *string         `json:"seen"`  // RFC 3339; Since, or the oldest known commit if it was there then already
	Until   *string         `json:"until"` // RFC 3339; null while it is still held
	By      *Author         `json:"by"`
	Longest *Stay           `json:"longest"`
	Ran     Ran             `json:"ran"`
	Left    map[string]Left `json:"left"` // by target
}

// Ran is what the past says of when a version could run, and was not only declared: nothing that held it was suspended, or scaled to
// zero. It counts from the first moment of a stay in which that was so.
type Ran struct {
	Ever    *bool   `json:"ever"`    // null where history cannot tell
	Seen    *string `json:"seen"`    // RFC 3339; when it first could in the newest stay in which it could
	Until   *string `json:"until"`   // RFC 3339; when that stay ended, null while it goes on
	Longest *Stay   `json:"longest"` // of those that are over, the one in which it could for longest
}

// Stay is a time during which a version was somewhere.
type Stay struct {
	Seen  string `json:"seen"`  // RFC 3339
	Until string `json:"until"` // RFC 3339
}

// Previous is where a change backward comes from: what brought Before to the first of its targets, and
// what that ran until then.
type Previous struct {
	By       Author             `json:"by"`
	Versions []artifact.Version `json:"versions"`
}

// Author is who brought a version to an environment.
type Author struct {
	Commit  string `json:"commit"`
	Author  string `json:"author"`
	Subject string `json:"subject"`
}

// Location is a place that a person would edit. Line and Column count from 1; both are 0 where a
// whole file or directory is meant.
type Location struct {
	Overlay string `json:"overlay"`
	Path    string `json:"path"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
}

// Effect is what one or more targets would deploy differently. An overlay that renders alike has none.
type Effect struct {
	ID           string     `json:"id"` // no change has it
	App          string     `json:"app"`
	Environment  string     `json:"environment"`
	Targets      []string   `json:"targets"`
	Stays        bool       `json:"stays"`         // it is deployed before the change and after it
	VersionsOnly bool       `json:"versions_only"` // nothing but versions differs
	Restores     bool       `json:"restores"`      // every target was built from the very same before
	ReachedBy    []string   `json:"reached_by"`    // the changed paths that it is built from
	Deployers    []Deployer `json:"deployers"`     // that take it in
	// Applications are those of Argo CD that deploy it, or that it changes, before and after, by target.
	Applications map[string][]Application `json:"applications"`
	Found        string                   `json:"found"` // by its directory, or by its deployer
	Resources    []Resource               `json:"resources"`
	Fidelity     Fidelity                 `json:"fidelity"`
	Location     Location                 `json:"location"` // the overlay's own file
}

// Deployer is what tells a cluster to deploy an overlay.
type Deployer struct {
	Kind      string   `json:"kind"`
	Namespace string   `json:"namespace"`
	Name      string   `json:"name"`
	Keeps     bool     `json:"keeps"`  // it leaves in the cluster what its source does not have any more
	Forces    bool     `json:"forces"` // it makes anew what a cluster refuses to change
	Location  Location `json:"location"`
}

// Application is one of Argo CD, by what its sync windows are found. Null is what cannot be told; all is, where none is known.
type Application struct {
	Name        *string     `json:"name"`
	Project     *string     `json:"project"`
	Destination Destination `json:"destination"`
}

// Destination is where an application deploys to, as it is written.
type Destination struct {
	Name      *string `json:"name"`
	Server    *string `json:"server"`
	Namespace *string `json:"namespace"`
}

// How it is known where an overlay belongs.
const (
	FoundByDirectory = "directory"
	FoundByDeployer  = "deployer"
)

// Resource is a deployed object that differs.
type Resource struct {
	Group     string           `json:"group"`
	Kind      string           `json:"kind"`
	Namespace string           `json:"namespace"`
	Name      string           `json:"name"`
	Stem      string           `json:"stem"`   // the name without the hash of what generates it
	Change    string           `json:"change"` // added, removed or modified
	Traits    map[string]any   `json:"traits"` // that rules ask for, see the package trait
	Earlier   map[string]Stood `json:"earlier"`
}

// Stood is whether an environment before this one has an object that goes away here, or had it.
type Stood struct {
	Has   bool  `json:"has"`   // at base, or once the change is in
	Stays bool  `json:"stays"` // once the change is in
	Had   *bool `json:"had"`   // at base, or by history; null where it cannot tell
}

// File is a changed file, and what became of it.
type File struct {
	Path       string  `json:"path"`
	Fate       string  `json:"fate"` // read, inert or unread
	Why        string  `json:"why"`
	Production bool    `json:"production"` // its path says production
	Places     []Place `json:"places"`     // that read it
	Unused     *string `json:"unused"`     // why as it stands nothing is deployed of it; null where it may be
}

// Place is where something is deployed.
type Place struct {
	App         string `json:"app"`
	Environment string `json:"environment"`
	Target      string `json:"target"`
}

// State is what is held: app, environment, target, artifact key, versions. It covers the apps that have changes, and those
// that configuration says they need or are needed by.
type State map[string]map[string]map[string]map[string][]artifact.Version

// Config is what configuration says to rules, whose parameters have their defaults filled in.
type Config struct {
	Rules    map[string]map[string]any `json:"rules"`
	Requires []Requirement             `json:"requires"`
	Provided []Provided                `json:"provided"`
}

// Provided is an object that is made elsewhere.
type Provided struct {
	Object       string   `json:"object"` // its kind and name, a glob
	Key          string   `json:"key"`    // a glob; empty: all
	Apps         []string `json:"apps"`   // globs; empty: all
	Environments []string `json:"environments"`
}

// Requirement is that an app of some versions needs another app in some versions.
type Requirement struct {
	Versioned
	Needs        Versioned `json:"needs"`
	Environments []string  `json:"environments"` // empty: all
}

// Versioned is an app in some of its versions.
type Versioned struct {
	App     string `json:"app"`
	Version string `json:"version"` // comparisons that all hold
}

// Unresolved is something that an environment would run and that could not be worked out.
type Unresolved struct {
	Overlay     string   `json:"overlay"`
	App         string   `json:"app"`
	Environment string   `json:"environment"`
	Target      string   `json:"target"`
	Reason      string   `json:"reason"`
	Reached     bool     `json:"reached"` // this change touches what the overlay is built from
	Location    Location `json:"location"`
}

// Unclaimed is a text of something deployed that differs, may name what runs, and stands where no reader of versions
// knows what it means. Targets share one if it is the same for them.
type Unclaimed struct {
	App         string   `json:"app"`
	Environment string   `json:"environment"`
	Targets     []string `json:"targets"`
	Object      string   `json:"object"` // its kind and name
	Path        string   `json:"path"`   // of keys in it
	Before      string   `json:"before"` // empty where there was none, or several
	After       string   `json:"after"`
	Kind        string   `json:"kind"`     // why it may name what runs
	Follows     bool     `json:"follows"`  // it changes as a version does that is known to
	Upstream    []string `json:"upstream"` // the environments right before this one that deploy the very same there, at base
	Location    Location `json:"location"`
}

// Outside is a directory or file that looks like an environment's and that no overlay pattern takes in.
type Outside struct {
	Path    string `json:"path"`
	Reason  string `json:"reason"`
	Reached bool   `json:"reached"` // this change touches files below it
}
