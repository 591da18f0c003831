package giturl_test

import (
	"strings"
	"testing"

	"github.com/promocheck/promocheck/check/giturl"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		location   string
		want       giturl.URL
		repository string
	}{
		{"https://github.com/acme/config", giturl.URL{Host: "github.com", Path: "acme/config"}, "github.com/acme/config"},
		{"https://github.com/acme/config.git", giturl.URL{Host: "github.com", Path: "acme/config.git"}, "github.com/acme/config"},
		{"https://github.com/acme/config/", giturl.URL{Host: "github.com", Path: "acme/config/"}, "github.com/acme/config"},
		{"https://github.com/acme/config.git/", giturl.URL{Host: "github.com", Path: "acme/config.git/"}, "github.com/acme/config"},
		{"HTTPS://GitHub.COM/Acme/Config", giturl.URL{Host: "github.com", Path: "Acme/Config"}, "github.com/Acme/Config"},
		{"https://bot@github.com/acme/config", giturl.URL{Host: "github.com", Path: "acme/config"}, "github.com/acme/config"},
		{"https://bot:p@ss@github.com/acme/config", giturl.URL{Host: "github.com", Path: "acme/config"}, "github.com/acme/config"},
		{"https://Example.com:8443/a/b/c.git", giturl.URL{Host: "example.com:8443", Path: "a/b/c.git"}, "example.com:8443/a/b/c"},
		{"https://github.com/acme/config?ref=v1&depth=1", giturl.URL{Host: "github.com", Path: "acme/config", Query: "ref=v1&depth=1"}, "github.com/acme/config"},
		{"https://dev.azure.com/acme/My%20Project/_git/config", giturl.URL{Host: "dev.azure.com", Path: "acme/My Project/_git/config"}, "dev.azure.com/acme/My Project/_git/config"},
		{"https://acme@dev.azure.com/acme/project/_git/config", giturl.URL{Host: "dev.azure.com", Path: "acme/project/_git/config"}, "dev.azure.com/acme/project/_git/config"},
		{"https://example.com/100%/x", giturl.URL{Host: "example.com", Path: "100%/x"}, "example.com/100%/x"},
		{"ssh://git@example.com/acme/config.git", giturl.URL{Host: "example.com", Path: "acme/config.git"}, "example.com/acme/config"},
		{"ssh://git@example.com:7999/acme/config.git", giturl.URL{Host: "example.com:7999", Path: "acme/config.git"}, "example.com:7999/acme/config"},
		{"ssh://git@example.com:22/acme/config.git", giturl.URL{Host: "example.com", Path: "acme/config.git"}, "example.com/acme/config"},
		{"HTTPS://example.com:443/acme/config", giturl.URL{Host: "example.com", Path: "acme/config"}, "example.com/acme/config"},
		{"http://example.com:443/acme/config", giturl.URL{Host: "example.com:443", Path: "acme/config"}, "example.com:443/acme/config"},
		{"git+ssh://git@example.com/acme/config", giturl.URL{Host: "example.com", Path: "acme/config"}, "example.com/acme/config"},
		{"git@github.com:acme/config.git", giturl.URL{Host: "github.com", Path: "acme/config.git"}, "github.com/acme/config"},
		{"git@github.com:/acme/config.git", giturl.URL{Host: "github.com", Path: "/acme/config.git"}, "github.com/acme/config"},
		{"git@github.com:1234/config", giturl.URL{Host: "github.com", Path: "1234/config"}, "github.com/1234/config"},
		{"git@ssh.dev.azure.com:v3/acme/project/config", giturl.URL{Host: "ssh.dev.azure.com", Path: "v3/acme/project/config"}, "ssh.dev.azure.com/v3/acme/project/config"},
		{"GitHub.com:acme/config", giturl.URL{Host: "github.com", Path: "acme/config"}, "github.com/acme/config"},
		{"github.com/acme/config", giturl.URL{Host: "github.com", Path: "acme/config"}, "github.com/acme/config"},
		{"git@github.com/acme/config", giturl.URL{Host: "github.com", Path: "acme/config"}, "github.com/acme/config"},
		{"git::https://github.com/acme/config", giturl.URL{Host: "github.com", Path: "acme/config"}, "github.com/acme/config"},
		{"GIT::git@github.com:acme/config", giturl.URL{Host: "github.com", Path: "acme/config"}, "github.com/acme/config"},

		// Addresses of no repository that others would find.
		{"file:///srv/config.git", giturl.URL{Path: "srv/config.git"}, ""},
		{"https://github.com/", giturl.URL{Host: "github.com"}, ""},
		{"https://github.com", giturl.URL{Host: "github.com"}, ""},
		{"https://github.com/.git", giturl.URL{Host: "github.com", Path: ".git"}, ""},
		{"git@github.com", giturl.URL{Host: "github.com"}, ""},
		{"/srv/config.git", giturl.URL{Path: "/srv/config.git"}, ""},
		{"../config", giturl.URL{Path: "../config"}, ""},
		{"./github.com/config", giturl.URL{Path: "./github.com/config"}, ""},
		{"apps/shop", giturl.URL{Path: "apps/shop"}, ""},
		{"shop", giturl.URL{Path: "shop"}, ""},
		{"", giturl.URL{}, ""},
	} {
		t.Run(test.location, func(t *testing.T) {
			got := giturl.Parse(test.location)
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if got.Repository() != test.repository {
				t.Errorf("repository %q, want %q", got.Repository(), test.repository)
			}
		})
	}
}

func TestSame(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"https://github.com/acme/config.git", "git@GitHub.com:acme/config", true},
		{"https://github.com/acme/config", "github.com/acme/config/", true},
		{"https://github.com/acme/config", "https://gitlab.com/acme/config", false},
		{"https://github.com/acme/config", "https://github.com/acme/config-2", false},
		{"https://example.com:8443/acme/config", "https://example.com/acme/config", false},
		{"config", "config", false}, // it may be anywhere
		{"", "", false},
	} {
		if got := giturl.Same(test.a, test.b); got != test.want {
			t.Errorf("%q and %q: %v", test.a, test.b, got)
		}
	}
}

// FuzzParse requires that a repository's name is its own address, and that no user or password is in it.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"https://user:secret@github.com/org/repo//base?ref=v1", "git@github.com:org/repo.git", "https://dev.azure.com/o/p/_git/r/x?version=1",
		"ssh://git@h:22/a/b", "github.com", "file:///a", "git::", "a@", "https://", "https://x/_git/", "%zz",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, location string) {
		url := giturl.Parse(location)
		if strings.ContainsAny(url.Host, "@/?") || url.Host != strings.ToLower(url.Host) {
			t.Errorf("%+v", url)
		}
		if name := url.Repository(); strings.HasSuffix(name, "/") || strings.HasPrefix(name, "/") {
			t.Errorf("%+v: %q", url, name)
		}
	})
}
