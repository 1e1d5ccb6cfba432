// Package studio shows the runs and experiment files of a folder in a browser: it lists runs, tells their logs
// while they grow, hands out frames and files, keeps experiment files, and starts, pauses and resumes trainings.
//
// Its one idea: the server owns nothing. What it tells stands in the folder, where the commands wrote it, and what it
// starts is the same program in a process of its own. So a killed server loses nothing, and goes on where it was.
//
// It answers one person on this machine: see guard.go and keys.go for who is let in. docs/studio-api.md lists the routes.
//
// The order of reading: server.go, guard.go, keys.go (who), folder.go (what may be touched), catalogue.go and
// row.go (the list), follower.go and stream.go (logs), control.go and launch.go (trainings), specs.go.
package studio
