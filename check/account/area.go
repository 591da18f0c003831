package account

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// Area is a part of the repository of which files are unread: a directory with all that is below it, or only the files
// that lie in one.
type Area struct {
	Pattern    string // as `ignore` has it: infra/** or apps/*
	Files      int    // that are unread
	Production int    // of these, those whose path says production
	Why        string // what is said of the most of them
}

// Areas puts unread files together, the largest area first: by the topmost directory of which no file is read, else by
// the directory that they lie in.
func Areas(files []File) []Area {
	read := readIn(files)
	unread := map[string][]File{}
	for _, file := range files {
		if file.Fate == Unread {
			pattern := areaOf(file.Path, read)
			unread[pattern] = append(unread[pattern], file)
		}
	}
	var areas []Area
	for pattern, files := range unread {
		area := Area{Pattern: pattern, Files: len(files)}
		reasons := map[string]int{}
		for _, file := range files {
			if file.Production {
				area.Production++
			}
			reasons[file.Why]++
			if n := reasons[file.Why]; area.Why == "" || n > reasons[area.Why] {
				area.Why = file.Why
			}
		}
		areas = append(areas, area)
	}
	slices.SortFunc(areas, func(a, b Area) int {
		return cmp.Or(cmp.Compare(b.Files, a.Files), cmp.Compare(a.Pattern, b.Pattern))
	})
	return areas
}

// readIn are the directories that files are read in, at any depth.
func readIn(files []File) map[string]bool {
	read := map[string]bool{}
	for _, file := range files {
		if file.Fate == Read {
			for _, dir := range directoriesOf(file.Path) {
				read[dir] = true
			}
		}
	}
	return read
}

// areaOf is the area of an unread file.
func areaOf(file string, read map[string]bool) string {
	dirs := directoriesOf(file)
	if at := slices.IndexFunc(dirs, func(dir string) bool { return !read[dir] }); at >= 0 {
		return dirs[at] + "/**"
	}
	return path.Join(path.Dir(file), "*")
}

// directoriesOf are the directories that a file lies in, from below the top.
func directoriesOf(file string) []string {
	var dirs []string
	for i, r := range file {
		if r == '/' {
			dirs = append(dirs, file[:i])
		}
	}
	return dirs
}

func isBelow(file, dir string) bool { return strings.HasPrefix(file, dir+"/") }
