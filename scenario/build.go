package scenario

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/promocheck/promocheck/internal/fastimport"
)

// Build writes the scenario's repository into a directory that is empty, and returns where it is.
func (s *Scenario) Build(dir string) (string, error) {
	h := &builder{scenario: s}
	h.all()
	if err := s.known(h.made); err != nil {
		return "", err
	}
	repo := filepath.Join(dir, "repo")
	if err := os.Mkdir(repo, 0o755); err != nil {
		return "", err
	}
	if err := fastimport.Write(repo, h.commits); err != nil {
		return "", err
	}
	if slices.Contains(h.made, "staged") {
		if err := fastimport.Run(repo, nil, "read-tree", "staged"); err != nil {
			return "", err
		}
	}
	if s.fork != "main" && s.depth == "" {
		if err := fastimport.Run(repo, nil, "symbolic-ref", "HEAD", "refs/heads/"+s.fork); err != nil {
			return "", err
		}
	}
	if s.depth == "" {
		return repo, nil
	}
	clone := filepath.Join(dir, "clone")
	if err := os.Mkdir(clone, 0o755); err != nil {
		return "", err
	}
	if err := fastimport.Run(clone, nil, "clone", "--quiet", "--no-single-branch", "--depth", s.depth, "file://"+repo, "."); err != nil {
		return "", err
	}
	return clone, s.remove(clone)
}

// remove takes branches out of a clone that it is to lack. No branch is checked out then, as is usual in a pipeline.
func (s *Scenario) remove(clone string) error {
	var runs [][]string
	if len(s.lacks) > 0 {
		runs = append(runs, []string{"checkout", "--quiet", "--detach"}, []string{"remote", "set-head", "origin", "--delete"})
	}
	for _, branch := range s.lacks {
		runs = append(runs, []string{"update-ref", "-d", "refs/heads/" + branch}, []string{"update-ref", "-d", "refs/remotes/origin/" + branch})
	}
	for _, arguments := range runs {
		if err := fastimport.Run(clone, nil, arguments...); err != nil {
			return err
		}
	}
	return nil
}

// tree is the files of a commit by path.
type tree map[string]fastimport.File

// builder makes the commits of a scenario.
type builder struct {
	scenario *Scenario
	commits  []fastimport.Commit
	made     []string // the sides of the commits
}

func (h *builder) all() {
	main, _ := h.scenario.on(nil, "base")
	h.commit("base", "main", "", "What is there", 0, main)
	for n := 1; ; n++ {
		side := fmt.Sprintf("then-%d", n)
		then, changes := h.scenario.on(main, side)
		if !changes {
			break
		}
		main = then
		h.commit(side, "main", "", fmt.Sprintf("Step %d", n), 0, main)
	}
	tips := map[string]tree{"main": main}
	for _, branch := range h.scenario.branches {
		from := ""
		for _, side := range branch.sides {
			if on, ok := tips[side]; ok {
				from, tips[branch.name] = side, on
				continue
			}
			tips[branch.name], _ = h.scenario.on(tips[branch.name], side)
			h.commit(side, branch.name, from, "On "+branch.name, 0, tips[branch.name])
			from = ""
		}
	}
	fork := h.scenario.fork
	if head, changes := h.scenario.on(tips[fork], "head"); changes {
		h.commit("head", "change", fork, "The change", 1, head)
		h.more(head)
	}
	if later, changes := h.scenario.on(main, "later"); changes {
		h.commit("later", "main", "", "Meanwhile on main", 2, later)
	}
	if staged, changes := h.scenario.on(tips[fork], "staged"); changes {
		h.commit("staged", "staged", fork, "What the index will have", 3, staged)
	}
}

// more makes the commits of the branch that is judged that come after its first.
func (h *builder) more(head tree) {
	for n := 2; ; n++ {
		side := fmt.Sprintf("head-%d", n)
		next, changes := h.scenario.on(head, side)
		if !changes {
			return
		}
		head = next
		h.commit(side, "change", "", fmt.Sprintf("The change, part %d", n), 1, head)
	}
}

func (h *builder) commit(side, branch, from, message string, hours int, files tree) {
	merging := h.scenario.merges[side]
	into := branch
	if merging != "" {
		branch, from = "merged-"+side, cmp.Or(from, branch)
	}
	var c fastimport.Commit
	if said := h.scenario.commits[side]; said != nil {
		c = *said
	}
	c.Branch, c.Files = branch, files
	c.Author, c.Message = cmp.Or(c.Author, "Ada Example <ada@example.com>"), cmp.Or(c.Message, message)
	if c.Time.IsZero() {
		c.Time = Now.Add(time.Duration(hours-48) * time.Hour)
		if hours == 0 && branch == "main" {
			c.Time = c.Time.Add(-time.Duration(h.stepsAfter(side)) * time.Minute)
		}
	}
	if from != "" {
		c.From = []string{from}
	}
	h.commits = append(h.commits, c)
	h.made = append(h.made, side)
	if merging != "" {
		c.Branch, c.Message, c.From = into, merging, []string{from, branch}
		h.commits = append(h.commits, c)
	}
}

// stepsAfter counts the steps of the base branch after a side: each stands for a minute before the next, since what stands for less
// was never anywhere.
func (h *builder) stepsAfter(side string) int {
	at, _ := strconv.Atoi(strings.TrimPrefix(side, "then-")) // zero for base
	for n := 0; ; n++ {
		if _, changes := h.scenario.on(nil, fmt.Sprintf("then-%d", at+n+1)); !changes {
			return n
		}
	}
}

// on applies what a side changes to the files before it, and reports whether it changes any.
func (s *Scenario) on(before tree, side string) (tree, bool) {
	files := maps.Clone(before)
	if files == nil {
		files = tree{}
	}
	changes := false
	for _, file := range s.archive.Files {
		if path, ok := strings.CutPrefix(file.Name, side+"/"); ok {
			files[path], changes = fastimport.File{Data: file.Data}, true
		}
	}
	for _, deleted := range s.deleted {
		if path, ok := strings.CutPrefix(deleted, side+"/"); ok {
			delete(files, path)
			changes = true
		}
	}
	for link, target := range s.links {
		if path, ok := strings.CutPrefix(link, side+"/"); ok {
			files[path], changes = fastimport.File{Mode: fastimport.Symlink, Data: []byte(target)}, true
		}
	}
	return files, changes
}

// known requires that everything in the scenario is of a side that there is, or is a section: a word that
// is misspelt must not be passed over.
func (s *Scenario) known(sides []string) error {
	var names []string
	for _, file := range s.archive.Files {
		if !slices.Contains(order, file.Name) && !strings.HasPrefix(file.Name, written) {
			names = append(names, file.Name)
		}
	}
	names = slices.Concat(names, s.deleted, slices.Sorted(maps.Keys(s.links)), slices.Sorted(maps.Keys(s.commits)), slices.Sorted(maps.Keys(s.merges)))
	for _, name := range names {
		side, _, _ := strings.Cut(name, "/")
		if !slices.Contains(sides, side) {
			return fmt.Errorf("%s: is of no side that changes something, and is no section", name)
		}
	}
	return nil
}
