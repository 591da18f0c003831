package report

// Hue is for tests.
var Hue = hue
