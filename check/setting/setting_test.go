package setting_test

import (
	"testing"

	"github.com/promocheck/promocheck/check/place"
	"github.com/promocheck/promocheck/check/setting"
)

func TestIsSecret(t *testing.T) {
	for _, secret := range [][2]string{
		{"DB_PASSWORD", "x"}, {"dbPassword", "x"}, {"--token", "x"}, {"API_KEY", "x"}, {"aws.secretKey", "x"}, {"SENTRY_DSN", "x"}, {"redis-pwd", "x"},
		{"URL", "postgres://till:x@db/till"}, {"command", "curl -H 'Authorization: Bearer abcdefgh'"}, {"command", "mysql --password=x"},
		{"JAVA_OPTS", "-Xmx1g -Djavax.net.ssl.trustStorePassword=x"}, {"CERT", "-----BEGIN PRIVATE KEY-----"}, {"LICENCE", "eyJhbGciOiJIUzI1NiJ9.e30"},
	} {
		if !setting.IsSecret(secret[0], secret[1]) {
			t.Errorf("%s=%s would be shown", secret[0], secret[1])
		}
	}
	for _, plain := range [][2]string{{"LOG_LEVEL", "debug"}, {"URL", "http://db:5432/till"}, {"replicas", "3"}, {"--workers", "4"}, {"KEYCLOAK_URL", "http://k"}} {
		if setting.IsSecret(plain[0], plain[1]) {
			t.Errorf("%s=%s would not be shown", plain[0], plain[1])
		}
	}
}

func TestIsPartOf(t *testing.T) {
	values := []string{"hunter2", "ab", "user:hunter3"}
	for text, want := range map[string]bool{"hunter2": true, "x-hunter2-y": true, "ab": true, "cab": false, "hunter3": true, "": false, "other": false} {
		if setting.IsPartOf(text, values) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}

func TestAlike(t *testing.T) {
	of := func(environment, target string, namespaces ...string) setting.Nature {
		return setting.NatureOf(place.Place{App: "till", Environment: environment, Target: target}, namespaces)
	}
	staging, prod, eu := of("staging", ".", "till-staging"), of("prod", ".", "till"), of("prod", "eu")
	for _, c := range []struct {
		there string
		here  string
		in    setting.Nature
		want  bool
	}{
		{"same", "same", prod, true},
		{"debug", "info", prod, false},
		{"http://db.staging.svc", "http://db.prod.svc", prod, true},
		{"http://staging.example.com", "http://example.com", prod, true},
		{"http://api.till-staging.svc", "http://api.till.svc", prod, true},
		{"stage", "production", prod, true},
		{"staging", "development", prod, false},
		{"db-staging", "db-prod-eu", eu, true},
		{"db-staging", "db-prod-us", eu, false},
		{"eu", "eu", eu, true},
		{"mode=staging", "mode=prod,fast", prod, false},
	} {
		if got := setting.Alike(c.there, staging, c.here, c.in); got != c.want {
			t.Errorf("%q and %q: %v", c.there, c.here, got)
		}
	}
}
