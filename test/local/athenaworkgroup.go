package local

import (
	"cmp"
	"context"
)

// AthenaWorkGroup is a workgroup. It has managed results or an output location, or neither,
// with which no query runs that brings no location itself.
type AthenaWorkGroup struct {
	Name                       string
	Disabled                   bool
	Managed                    bool
	OutputLocation             string
	BytesScannedCutoffPerQuery int64  // 0: none
	EngineVersion              string // empty: Athena engine version 3
}

// AddWorkGroup makes a workgroup, or changes the one of its name.
func (a *Athena) AddWorkGroup(group AthenaWorkGroup) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.groups == nil {
		a.groups = map[string]AthenaWorkGroup{}
	}
	group.EngineVersion = cmp.Or(group.EngineVersion, "Athena engine version 3")
	a.groups[group.Name] = group
}

func (a *Athena) workGroup(name string) (AthenaWorkGroup, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	group, found := a.groups[cmp.Or(name, "primary")]
	if !found {
		return AthenaWorkGroup{}, refused("INVALID_INPUT", "WorkGroup is not found.")
	}
	return group, nil
}

// forQuery tells why no query can run in the workgroup. The text of a disabled one is a guess.
func (g AthenaWorkGroup) forQuery(output string) error {
	switch {
	case g.Disabled:
		return refused("INVALID_INPUT", "WorkGroup "+g.Name+" is disabled.")
	case !g.Managed && g.OutputLocation == "" && output == "":
		return refused("INVALID_INPUT", "No output location provided. You did not provide an output location for  your query results. Either specify an S3 bucket location or enable Athena managed query results in your workgroup settings.")
	}
	return nil
}

func (g AthenaWorkGroup) engine() map[string]any {
	return map[string]any{"SelectedEngineVersion": g.EngineVersion, "EffectiveEngineVersion": g.EngineVersion}
}

func (g AthenaWorkGroup) managed() map[string]any { return map[string]any{"Enabled": g.Managed} }

func (a *Athena) getWorkGroup(_ context.Context, request struct{ WorkGroup string }) (any, error) {
	group, err := a.workGroup(request.WorkGroup)
	if err != nil {
		return nil, err
	}
	configuration := map[string]any{
		"EnforceWorkGroupConfiguration": true, "PublishCloudWatchMetricsEnabled": true, "RequesterPaysEnabled": false,
		"ManagedQueryResultsConfiguration": group.managed(), "ResultConfiguration": map[string]any{}, "EngineVersion": group.engine(),
	}
	if group.OutputLocation != "" {
		configuration["ResultConfiguration"] = map[string]any{"OutputLocation": group.OutputLocation}
	}
	if group.BytesScannedCutoffPerQuery > 0 {
		configuration["BytesScannedCutoffPerQuery"] = group.BytesScannedCutoffPerQuery
	}
	state := "ENABLED"
	if group.Disabled {
		state = "DISABLED"
	}
	return map[string]any{"WorkGroup": map[string]any{"Name": group.Name, "State": state, "Configuration": configuration, "CreationTime": 1650000000.5}}, nil
}
