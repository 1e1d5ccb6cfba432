# Everything here only calls Go and the scripts, so it also works without make.
#
#   make            build the program: ./elastrain
#   make check      exactly what .ci/run does
#   make test       the tests
#   make cover      line coverage by package and in all; fails under 90 %
#   make bench      benchmarks
#   make fuzz       every fuzz target for FUZZTIME (20s)
#   make draws      properties with draws of their own, DRAWS (1000) each; checks draw the same each time
#   make figures    the pictures of the paper and of the examples, below runs/
#   make page       the page of the studio anew: studio/web -> studio/page/dist (needs npm)
#   make generate   write generated files anew; look at the difference
#   make cross      build for the other systems
#   make vuln       known vulnerabilities of what we depend on (needs a network)

export CGO_ENABLED ?= 0
FUZZTIME ?= 20s
DRAWS ?= 1000

build:
	go build -trimpath -o elastrain ./cmd/elastrain

check:
	./scripts/check.sh

test:
	go test ./...

cover:
	./scripts/cover.sh

bench:
	@if [ -x bench/run.sh ]; then bench/run.sh; else go test -run '^$$' -bench . -benchmem ./...; fi

fuzz:
	FUZZTIME=$(FUZZTIME) ./scripts/fuzz.sh

draws:
	RAPID_SEED=0 RAPID_CHECKS=$(DRAWS) go test -count=1 -timeout 2h $$(grep -rl --include='*_test.go' pgregory.net/rapid . | xargs -n1 dirname | sort -u)

figures: build
	./elastrain reproduce --out runs/paper
	@for f in examples/*.yaml; do \
		out=runs/example-$$(basename $$f .yaml); \
		./elastrain train -q --out $$out $$f >/dev/null && echo $$out/figures || exit 1; \
	done

page:
	cd studio/web && npm ci --prefer-offline --no-audit --no-fund && npx --no-install tsc --noEmit && node build.mjs

generate:
	go test ./spec ./internal/archtest -run UpToDate -update

cross:
	@for t in linux/amd64 linux/arm64 darwin/arm64 windows/amd64; do \
		echo $$t; GOOS=$${t%/*} GOARCH=$${t#*/} go build -o /dev/null ./cmd/elastrain || exit 1; \
	done

vuln:
	go tool -modfile=tools/go.mod govulncheck ./...

clean:
	rm -f elastrain cover.out

.DEFAULT_GOAL := build
.PHONY: build check test cover bench fuzz draws figures page generate cross vuln clean
