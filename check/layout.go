package check

import (
	"context"

	"github.com/promocheck/promocheck/check/overlay"
)

// Layout works out how the repository lays out its environments at HEAD, by the configuration there.
// It also returns the directory of the work tree, where the configuration file belongs.
func (s *Session) Layout(ctx context.Context) (*overlay.Layout, string, error) {
	head, err := s.repo.Resolve(ctx, "HEAD")
	if err != nil {
		return nil, "", err
	}
	top, err := s.repo.WorkTree(ctx)
	if err != nil {
		return nil, "", err
	}
	at, err := s.standingAt(head)
	if err != nil {
		return nil, "", err
	}
	return at.layout, top, nil
}
