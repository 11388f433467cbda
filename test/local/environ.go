package local

import (
	"path/filepath"
	"strconv"
)

// environ are the function's own variables and those of Lambda, which replace them.
func environ(config FunctionConfig, api string) []string {
	var env []string
	for name, value := range config.Env {
		env = append(env, name+"="+value)
	}
	return append(env,
		"AWS_LAMBDA_RUNTIME_API="+api,
		"AWS_LAMBDA_FUNCTION_NAME="+config.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE="+strconv.Itoa(config.MemoryMB),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/"+config.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME=local",
		"AWS_REGION="+config.Region,
		"AWS_DEFAULT_REGION="+config.Region,
		"GOMAXPROCS="+strconv.Itoa(cores(config.MemoryMB)),
		"LAMBDA_TASK_ROOT="+filepath.Dir(config.Bootstrap),
		"LAMBDA_RUNTIME_DIR=/var/runtime",
		"_HANDLER=bootstrap",
		"PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"LANG=en_US.UTF-8",
		"TZ=:UTC",
	)
}

// vCPUMemory is the memory that brings one whole vCPU (Lambda developer guide, "Configure Lambda
// function memory").
const vCPUMemory = 1769 // MB

// cores is how many cores a function may keep busy: a part of one, below vCPUMemory.
func cores(memoryMB int) int { return 1 + memoryMB/(vCPUMemory+1) }
