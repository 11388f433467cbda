package job

// How much memory a run may need, in MB and in bytes. The values were measured with the
// largest jobs and rounded up generously. test/local runs the real function with such jobs.
const (
	memoryOfAll      = 80  // the program, its connections, 8 MB of groups' values
	memoryOfBucket   = 128 // eight objects at a time (s3source.readers), whose records may have 4 MB each
	memoryOfDistinct = 32  // a million values, while fewer objects are read

	countInTable  = 64  // bytes for each number of a record
	countInBucket = 128 // the same in a bucket, where each object that is read has its own
)

// MemoryMB is the least memory that a function needs to run the job, however many of
// its groups there are.
func (j Job) MemoryMB() int {
	megabytes, bytes := kindOf(kinds, j.Source).memory(j)
	return megabytes + j.numbers()*bytes>>20
}

// numbers is how many numbers a record may hold.
func (j Job) numbers() int {
	groups := 1
	if len(j.GroupBy) > 0 {
		groups += min(j.GroupLimit(), maxGroupsLimit)
	}
	return groups * len(j.CaseNames())
}
