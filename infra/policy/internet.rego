package tally.internet

import rego.v1

# The function reaches S3 through a gateway endpoint, and databases inside the VPC. What
# has no way to the internet cannot send data there, whatever its security group allows
# (HTTPS to any address: S3's are a list that differs by region).
violation contains v if {
	some kind in {
		"AWS::EC2::EIP",
		"AWS::EC2::EgressOnlyInternetGateway",
		"AWS::EC2::InternetGateway",
		"AWS::EC2::NatGateway",
	}
	some name in resources_of_type(kind)
	v := make_diag("Tally-WayToInternet", "ERROR", name, "this is a way to the internet: remove it, and reach AWS through VPC endpoints")
}

# Also to a gateway that this stack does not own.
violation contains v if {
	some name in resources_of_type("AWS::EC2::Route")
	some key in ["DestinationCidrBlock", "DestinationIpv6CidrBlock"]
	resolve(name, sprintf("Properties.%s", [key])) in {"0.0.0.0/0", "::/0"}
	v := make_diag_at("Tally-DefaultRoute", "ERROR", name, sprintf("Properties.%s", [key]), "this is a default route: route only to what the function counts in")
}
