//go:build compiled

package policies

import _ "embed"

// compiled is what the files are compiled to, as `go generate ./policies` wrote it for this build. Releases start
// from that, because to parse and to compile them takes longer than all that a small check does with them.
//
//go:embed compiled.bin
var compiled string
