# METADATA
# title: A changed file that nothing reads
# description: |
#   A file changes that no environment is built from, and that is none of the kinds that are known to deploy nothing. It
#   may decide what runs, and no other rule has looked into it: an error where its path says production, by a word of a
#   directory's or of the file's name, a warning elsewhere. It is a warning in production, too, where the kustomization
#   beside it does not name it, and a note elsewhere where it is of a component or a base that nothing is built with, or
#   is not there any more: as it stands nothing is deployed of it. There is one finding for a directory. The file of a pipeline
#   is one only where a changed line of it may name an image or a chart's version, and always a warning; so is a script, or a
#   file for Docker Compose, that lies where no environment is and whose path says production.
# custom:
#   severity: warning
#   remediation: |
#     Have it read: name the directory or file of the environment under `overlays` in .promocheck.yaml, with `match` where
#     the environment is called otherwise. If the file deploys nothing, name it under `ignore` there. Both count once they
#     are on the base branch.
package promocheck.rules.unread_change

import data.promocheck.lib.index
import data.promocheck.lib.prose

findings contains {
	"message": message(directory, files),
	"location": {"overlay": directory, "path": files[0].path, "line": 0, "column": 0},
	"files": [file.path | some file in files],
	"severity": severity,
} if {
	some [severity, directory], all in unread
	files := sort(all)
}

# What says production is apart from what lies beside it: the path of a finding is of the finding's own severity.
unread := index.by_key([[[severity_of(file), directory_of(file.path)], {"path": file.path, "why": file.why, "may": may(file)}] |
	some file in input.files
	file.fate == "unread"
])

severity_of(file) := "error" if {
	file.production
	file.unused != "unlisted"
} else := "note" if {
	not file.production
	file.unused in {"component", "base", "gone"}
} else := "warning"

may(file) := ", which may decide what runs" if {
	file.unused == null
} else := ""

directory_of(path) := concat("/", array.slice(parts, 0, count(parts) - 1)) if {
	parts := split(path, "/")
	count(parts) > 1
} else := "."

message(_, files) := sprintf("nothing reads %s%s: %s", [files[0].path, files[0].may, files[0].why]) if count(files) == 1

message(directory, files) := sprintf(
	"nothing reads %d changed files of %s%s: %s; %s",
	[count(files), in_words(directory), files[0].may, prose.enumerate_some([name(file.path) | some file in files], 3), files[0].why],
) if {
	count(files) > 1
}

in_words(".") := "the top directory"

in_words(directory) := directory if directory != "."

name(path) := parts[count(parts) - 1] if parts := split(path, "/")
