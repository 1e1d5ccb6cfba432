#!/usr/bin/env bash
# All checks of the repository, as `make check` and .ci/run run them.
# Needs nothing but Go (and a C compiler for the race detector, else that step
# is skipped). With arguments, only those steps:  scripts/check.sh format vet
set -euo pipefail
cd "$(dirname "$0")/.."

# Programs are pure Go; only the race detector needs C, and asks for it itself.
export CGO_ENABLED=0
unset GOAMD64 # the default: what people get who build without settings
export GOFLAGS="${GOFLAGS:-} -buildvcs=false" # checks must not depend on who owns the clone
export RAPID_SEED="${RAPID_SEED:-1}"           # properties draw the same each time: what fails is what was changed; `make draws` draws anew
longest=40m                                    # for the tests of a package: ends what hangs, however busy the machine is

# Steps in the order of their cost, so that a slip shows early.
steps=(format vet generated wasm engine web test browser examples race lint)

# Packages that must build for the browser: the engine, without files or clocks.
browser=(./spec/... ./network/... ./sparse/... ./mechanics/... ./task/... ./learn/... ./experiment/... ./train/... ./studio/engine/...)

# Packages that start threads, or that drive those which do, as far as their tests are quick under the race detector.
raced=(./task/linear ./learn ./learn/condense ./learn/inputs ./mechanics ./mechanics/body ./mechanics/statics ./experiment ./train ./run/... ./atomicfile/... ./internal/cli ./internal/team ./lab ./lab/measurement ./lab/session ./lab/benchtest ./lab/twin ./lab/driver/... ./studio ./studio/bench)

# Tests of those packages that the race detector would only slow down: step test runs them whole.
unraced=(
	# One training or session after another, each failing, cut, flipped, killed or stopped elsewhere. Their threads are those of TestResume,
	# TestMoreEpochs, TestDiskFull, TestStudyFaults (run), TestBacklog, TestMoreStepsGoOn, TestDirectory, TestFrameLearnsOnEveryBench (run/insitu), TestSessionOverThePage (studio/bench).
	TestFaults TestPowerFailures TestFlips TestFlippedFiles TestLogCutAtEveryByte TestEveryEnd TestEveryEndWithWeights TestDiskAtTheEnd TestMoreEpochsFail
	'TestKilled.*' TestTrainingByHandSurvivesFiftyKills TestStoppedSessions TestOldStopped TestJudgedTrainingsAreExact '.*ExactOnResume'
	# Long sums in one thread, or in those of TestSolverConformance, TestThreadsGiveTheSameBits (mechanics), TestAnswersOnThreads (mechanics/statics), TestReconnect (run), TestProcessConforms (lab/driver).
	TestMultigridGradient TestMultigridTaylor TestMultigridNamesWhatDoesNotSettle TestOrdinaryHardNetworks TestAgainstRefinedReference TestFortyFiveDegreeBend
	TestPlanIsWhatTrainingHangs TestForesightOfAPart TestMeasuredLossHasItsError TestFigures TestPicturesOfExamples TestEndlessWords
)

format() { # every Go file is formatted as gofmt does
	local files
	files=$(gofmt -l .)
	if [ -n "$files" ]; then
		printf 'these files are not formatted; run gofmt -w on them:\n%s\n' "$files"
		return 1
	fi
}

vet() { go vet ./...; } # more of it than go test would do once more

lint() { # staticcheck, and that no error is dropped; both from a module of their own: tools/go.mod
	go tool -modfile=tools/go.mod staticcheck ./...
	go tool -modfile=tools/go.mod errcheck -ignoretests -exclude tools/errcheck.txt ./...
}

generated() { # module files are tidy; the tests named UpToDate see to the rest
	go mod tidy -diff
	(cd tools && go mod tidy -diff)
	(cd examples/library && go mod tidy -diff)
}

wasm() { # the engine builds for the browser
	GOOS=js GOARCH=wasm go build -o /dev/null "${browser[@]}"
}

engine() { # the engine for browsers that is committed is what the sources give
	local made
	made=$(sed -n 's/.*"go": "\([^"]*\)".*/\1/p' studio/page/engine.json)
	if [ "$made" != "$(go env GOVERSION)" ]; then
		echo "skipped: the engine was built by $made, and this is $(go env GOVERSION)"
		return 0
	fi
	./scripts/engine.sh "$scratch/engine" >/dev/null
	if ! cmp "$scratch/engine/engine.json" studio/page/engine.json || [ "$(gzip -dc studio/page/engine.wasm.gz | wc -c)" -ne "$(sed -n 's/.*"bytes": \([0-9]*\).*/\1/p' studio/page/engine.json)" ]; then
		echo "studio/page/engine.wasm.gz is not what the sources give: scripts/engine.sh builds it"
		return 1
	fi
	go test -tags purego,noasm ./studio/engine -run Browser # and gives the bits of a build without assembly
}

web() { # the page of the studio is typed, and what is committed of it is what its sources give
	if ! command -v npm >/dev/null 2>&1; then
		echo "skipped: the page is built by npm (node 20 or later), and there is none"
		return 0
	fi
	packages || return 1
	(cd studio/web && npx --no-install tsc --noEmit && node build.mjs "$scratch/dist")
	if ! diff -rq "$scratch/dist" studio/page/dist; then
		echo "studio/page/dist is not what studio/web gives: make page, look at the difference, commit both"
		return 1
	fi
}

program() { # elastrain, once for all steps
	[ -x "$scratch/elastrain" ] || go build -o "$scratch/elastrain" ./cmd/elastrain
}

packages() { # of npm, as the lock file has them
	(cd studio/web && npm ci --prefer-offline --no-audit --no-fund --loglevel=error >"$scratch/npm" 2>&1) || {
		cat "$scratch/npm"
		return 1
	}
}

browser() { # every page in a real browser
	local chromium=${CHROMIUM:-}
	if ! command -v node >/dev/null 2>&1; then
		echo "skipped: tests of the page need node 20 or later, and there is none"
		return 0
	fi
	[ -n "$chromium" ] || chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
	if [ -z "$chromium" ]; then
		echo "skipped: tests of the page need Chromium, and there is none; \$CHROMIUM names one"
		return 0
	fi
	[ -d studio/web/node_modules ] || packages || return 1
	program || return 1
	(cd studio/web && CHROMIUM=$chromium ELASTRAIN=$scratch/elastrain node --test --test-concurrency=2 test/)
}

test() { # everything; and the algebra once more without assembly
	go test -vet=off -timeout "$longest" ./...
	go test -vet=off -timeout "$longest" -tags purego -short ./internal/kernel ./sparse
}

race() { # the quick packages once more, under the race detector
	local cc
	cc=${CC:-$(go env CC)}
	if ! command -v "${cc%% *}" >/dev/null 2>&1; then
		echo "skipped: the race detector needs a C compiler, and there is no ${cc%% *}"
		return 0
	fi
	CGO_ENABLED=1 go test -vet=off -timeout "$longest" -race -short -skip "^($(IFS='|' && echo "${unraced[*]}"))\$" "${raced[@]}"
}

examples() { # every example is valid and trains; those of a bench do so there as well
	local bin=$scratch/elastrain file name short set
	program
	# Programs outside the module: each uses the library as a stranger would.
	(
		cd examples/library
		go vet ./...
		for name in lattice frame rule; do
			go run "./$name"
		done
		go run ./write "$scratch/library"
		go run ./read "$scratch/library/frame"
	)
	for file in examples/*.yaml examples/*/*.yaml; do
		name=${file#examples/}
		name=${name%.yaml}
		name=${name//\//-}
		short=()
		if [ "$name" = large-lattice ]; then
			short=(learn.epochs=2) # the whole takes half a minute; that it converges is measured by hand
		fi
		if ! "$bin" check --json --quiet "$file" "${short[@]}" >"$scratch/$name.check.json"; then
			if grep -q '"code": "E0418"' "$scratch/$name.check.json" && grep -q 'is not on this machine' "$scratch/$name.check.json"; then
				echo "$file left out: $(sed -n 's/^    "message": "\(.*\)",$/\1/p' "$scratch/$name.check.json")"
				continue
			fi
			cat "$scratch/$name.check.json"
			return 1
		fi
		set=$(sed -n 's/^  data: \([a-z-]*\)\( .*\)\{0,1\}$/\1/p' "$file")
		if [ -n "$set" ] && "$bin" data "$set" 2>/dev/null | grep -q 'SHA-256 as known'; then
			short=(learn.epochs=1) # a set that is not built in: one with many pictures takes a minute
		fi
		"$bin" train --json --quiet --out "$scratch/runs/$name" "$file" "${short[@]}" >"$scratch/$name.json" || {
			echo "$file does not train"
			return 1
		}
		case $name in lab-*) # and on the simulated bench, for a few steps
			"$bin" lab train --json --quiet --out "$scratch/runs/$name-bench" "$file" lab.steps=3 >"$scratch/$name.bench.json" || {
				echo "$file does not train on its bench"
				return 1
			}
			;;
		esac
		echo "$file"
	done
}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/elastrain-check.XXXXXX")
current=start
finish() {
	local code=$?
	rm -rf "$scratch"
	if [ "$code" -ne 0 ]; then
		echo
		echo "FAILED in step $current (scripts/check.sh $current runs it alone)"
	fi
	exit "$code"
}
trap finish EXIT

go version
[ $# -gt 0 ] || set -- "${steps[@]}"
for current in "$@"; do
	if [[ " ${steps[*]} " != *" $current "* ]]; then
		echo "there is no step $current; the steps are: ${steps[*]}"
		exit 2
	fi
	echo
	echo "== $current"
	began=$SECONDS
	"$current"
	echo "-- $current: $((SECONDS - began)) s"
done
echo
echo "all checks passed in $SECONDS s"
