package overlay

// UsualPatterns are the patterns that count where the configuration gives none, in the order in which they are tried.
func UsualPatterns() []string {
	texts := make([]string, 0, len(usualPatterns))
	for _, pattern := range usualPatterns {
		texts = append(texts, pattern.text)
	}
	return texts
}
