package local

import (
	"context"
	"fmt"

	"tally/lambda/contract"
)

// deployAthena gives Athena the workgroups of the template, and the databases that the functions
// count in. Their tables are in the lake.
func (s *System) deployAthena(ctx context.Context, assembly *Assembly, deployed map[string]deployment) error {
	groups, err := assembly.workGroups()
	if err != nil {
		return err
	}
	for _, group := range groups {
		s.AWS.Athena.AddWorkGroup(group)
	}
	for _, function := range deployed {
		for key, entry := range athenaOf(function) {
			if err := s.AWS.Athena.AddDatabase(ctx, entry.Catalog, entry.Database, AthenaStore{URL: s.Lake.URL, Schema: entry.Database}); err != nil {
				return fmt.Errorf("athena %s: %w", key, err)
			}
		}
	}
	return nil
}

// athenaOf are the databases of Athena in the configuration of a function. The monitor has none.
func athenaOf(function deployment) map[string]contract.Athena {
	config, err := contract.ParseConfig(function.variables[contract.ConfigVariable])
	if err != nil { // it is not a counter
		return nil
	}
	return config.Athena
}

// workGroups are those of the template.
func (a *Assembly) workGroups() ([]AthenaWorkGroup, error) {
	var all []AthenaWorkGroup
	for id, resource := range a.counter.ofType("AWS::Athena::WorkGroup") {
		var properties struct {
			Name                   string
			WorkGroupConfiguration struct {
				BytesScannedCutoffPerQuery       int64
				ManagedQueryResultsConfiguration struct{ Enabled bool }
				ResultConfiguration              struct{ OutputLocation any }
			}
		}
		if err := convert(resource.Properties, &properties); err != nil {
			return nil, fmt.Errorf("workgroup %s: %w", id, err)
		}
		read := properties.WorkGroupConfiguration
		group := AthenaWorkGroup{
			Name: properties.Name, BytesScannedCutoffPerQuery: read.BytesScannedCutoffPerQuery, Managed: read.ManagedQueryResultsConfiguration.Enabled,
		}
		if output := read.ResultConfiguration.OutputLocation; output != nil {
			var err error
			if group.OutputLocation, err = resolve(output, a.reference); err != nil {
				return nil, fmt.Errorf("workgroup %s: %w", id, err)
			}
		}
		all = append(all, group)
	}
	return all, nil
}
