# The two that matter: `make run` and `make test`. CONTRIBUTING.md tells the rest.

static := CGO_ENABLED=0 go build -trimpath -ldflags "-s -w"

.PHONY: run build test lint assets fuzz bench release deb

run: build          ## build and start; opens the first page where it can
	bin/allod serve --open

build:              ## one static binary
	$(static) -o bin/allod ./cmd/allod

test:               ## everything, on SQLite and PostgreSQL, on a fresh Debian 12
	script/test

lint:               ## gofmt, go vet, staticcheck
	script/lint

assets:             ## generate components, styles and scripts again
	go generate ./...

fuzz:               ## every fuzz target for twenty seconds
	script/fuzz 20

bench:              ## the table of speed and size, on SQLite and PostgreSQL
	script/bench/run

release:            ## binaries for both processors, with their checksums, in dist/
	for arch in amd64 arm64; do GOOS=linux GOARCH=$$arch $(static) -o dist/allod-linux-$$arch ./cmd/allod || exit 1; done
	cd dist && sha256sum allod-* > SHA256SUMS

deb: release        ## Debian packages for both processors, in dist/
	version=$$(go run ./cmd/allod version) && for arch in amd64 arm64; do script/package/build dist/allod-linux-$$arch $$arch $$version dist || exit 1; done
