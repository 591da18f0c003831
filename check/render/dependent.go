package render

import (
	"slices"

	"github.com/promocheck/promocheck/check/kustomization"
	"sigs.k8s.io/kustomize/api/types"
)

// What the complaints of Kustomize lead to: whatever cannot do without what was left out is left out, too. Each
// reports whether there was such a thing.

// leaveOutReplicas takes out the numbers of replicas of an object.
func (b *builder) leaveOutReplicas(file *kustomization.File, name string) bool {
	left := false
	for i, replica := range file.Replicas {
		if replica.Name == name {
			left = b.leaveOut(file, kustomization.Replicas, i) || left
		}
	}
	return left
}

// leaveOutGenerators takes out the generators that merge into an object of that name.
func (b *builder) leaveOutGenerators(file *kustomization.File, name string) bool {
	left := false
	for i, args := range file.ConfigMapGenerator {
		if args.Name == name {
			left = b.leaveOut(file, kustomization.ConfigMaps, i) || left
		}
	}
	for i, args := range file.SecretGenerator {
		if args.Name == name {
			left = b.leaveOut(file, kustomization.Secrets, i) || left
		}
	}
	return left
}

// leaveOutVariables takes out the variables that have their value from the same object as the named one.
func (b *builder) leaveOutVariables(name string) bool {
	left := false
	for _, file := range b.closure.Files {
		at := slices.IndexFunc(file.Vars, func(v types.Var) bool { return v.Name == name })
		if at < 0 {
			continue
		}
		for i, v := range file.Vars {
			if v.ObjRef == file.Vars[at].ObjRef {
				left = b.leaveOut(file, kustomization.Variables, i) || left
			}
		}
	}
	return left
}

// leaveOutReplacements takes out all replacements of a file: which of them fails is not said.
func (b *builder) leaveOutReplacements(file *kustomization.File) bool {
	left := false
	for i := range file.Replacements {
		left = b.leaveOut(file, kustomization.Replacements, i) || left
	}
	return left
}
