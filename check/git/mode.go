package git

// Mode is the kind of a tree's entry, as Git writes it. Zero is no entry.
type Mode uint32

// The modes that Git writes. Old repositories also have other permission bits.
const (
	ModeDir        Mode = 0o040000
	ModeFile       Mode = 0o100644
	ModeExecutable Mode = 0o100755
	ModeSymlink    Mode = 0o120000
	ModeSubmodule  Mode = 0o160000

	modeType Mode = 0o170000
)

// IsDir says whether the entry is a directory.
func (m Mode) IsDir() bool { return m&modeType == ModeDir }

// IsFile says whether the entry is a regular file, executable or not.
func (m Mode) IsFile() bool { return m&modeType == ModeFile&modeType }

// IsSymlink says whether the entry is a symbolic link.
func (m Mode) IsSymlink() bool { return m&modeType == ModeSymlink }

// IsSubmodule says whether the entry is another repository's commit.
func (m Mode) IsSubmodule() bool { return m&modeType == ModeSubmodule }
