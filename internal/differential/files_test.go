package differential

import "path"

// fileSettings are files that say what an environment runs and nothing else.
var fileSettings = []setting{
	{"env-file/image", func(l *laying, e string, h held) {
		l.files[path.Join("overrides", e+".env")] = "# what runs\nLEVEL=info\nSHOP_IMAGE=" + h.String() + "\n"
	}},
	{"env-file/quoted-image", func(l *laying, e string, h held) {
		l.files[path.Join("overrides", e+".env")] = "export LEVEL=info\nexport SHOP_IMAGE=\"" + h.String() + "\"\n"
	}},
	{"env-file/tag", func(l *laying, e string, h held) {
		l.files[path.Join("overrides", e+".env")] = "LEVEL=info\nSHOP_DOCKER_TAG=" + h.version() + "\n"
	}},
	{"env-file/any-name", func(l *laying, e string, h held) {
		l.files[path.Join("overrides", e+".env")] = "LEVEL=info\nWORKER=" + h.String() + "\n"
	}},
	{"env-file/colon", func(l *laying, e string, h held) {
		l.files[path.Join("overrides", e+".env")] = "SHOP_IMAGE: '" + h.String() + "'\n"
	}},
	{"tag-file/bare", func(l *laying, e string, h held) {
		l.files[path.Join("image-tags", e, l.app)] = h.version() + "\n"
	}},
	{"tag-file/parts", func(l *laying, e string, h held) {
		l.files[path.Join("image-tags", e, l.app)] = l.write(e, "tags").values(imageOf(h))
	}},
	{"tag-file/below", func(l *laying, e string, h held) {
		l.files[path.Join("services", "image-tags", e, l.app)] = l.write(e, "tags").values(obj("image", obj("tag", h.version())))
	}},
	{"values-directory", func(l *laying, e string, h held) {
		l.values(e, path.Join(l.app, "values", e+".yaml"), imageOf, h)
	}},
	{"file-of-an-app", func(l *laying, e string, h held) {
		l.files[path.Join("apps", "web", l.app, e+".yaml")] = l.write(e, "app").values(deployment("shop", h))
	}},
}
