package settings

import (
	"cmp"
	"slices"

	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// memoryStep is what memory is written in multiples of, in MB.
const memoryStep = 64

// checkMemory reports environments whose function has too little memory for a job:
// Lambda would kill it in each run, and the sweeps that try to repair that.
func checkMemory(environments []Environment, documents []*strictyaml.Document, jobs job.File) {
	if len(jobs.Jobs) == 0 {
		return
	}
	largest := slices.MaxFunc(jobs.Jobs, func(a, b job.Job) int { return cmp.Compare(a.MemoryMB(), b.MemoryMB()) })
	need := largest.MemoryMB()
	for i, environment := range environments {
		if environment.MemoryMB >= need || documents[i].Failed("memory_mb") {
			continue
		}
		less := ""
		if len(largest.GroupBy) > 0 {
			less = ", or a smaller max_groups in the job"
		}
		documents[i].Report("memory_mb", "is %d, and job %s may need %d; write memory_mb: %d%s",
			environment.MemoryMB, largest.Name, need, (need+memoryStep-1)/memoryStep*memoryStep, less)
	}
}
