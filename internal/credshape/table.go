package credshape

import "slices"

// table holds every shape. Within it order matters where two shapes can match
// one token: the first wins, so the more specific stands first.
var table = slices.Concat(codeHosting, modelVendors, clouds, services, registries, formats, named)

// codeHosting holds the forges and what builds for them.
var codeHosting = []*Shape{
	// https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
	// GitHub announced tokens of up to 255 characters.
	{Kind: "github-pat", Vendor: "github", Pattern: `ghp_[0-9A-Za-z]{36,251}`, Glued: true, Minimum: 3, checksum: crc62(4)},
	{Kind: "github-oauth", Vendor: "github", Pattern: `gho_[0-9A-Za-z]{36,251}`, Glued: true, Minimum: 3, checksum: crc62(4)},
	{Kind: "github-app-user", Vendor: "github", Pattern: `ghu_[0-9A-Za-z]{36,251}`, Glued: true, Minimum: 3, checksum: crc62(4)},
	{Kind: "github-app-installation", Vendor: "github", Pattern: `ghs_[0-9A-Za-z]{36,251}`, Glued: true, Minimum: 3, checksum: crc62(4)},
	{Kind: "github-refresh-token", Vendor: "github", Pattern: `ghr_[0-9A-Za-z]{36,251}`, Glued: true, Minimum: 3, checksum: crc62(4)},
	{Kind: "github-fine-grained-pat", Vendor: "github", Pattern: `github_pat_[0-9A-Za-z_]{82}`, Glued: true, Minimum: 3},

	// https://docs.gitlab.com/security/tokens/#token-prefixes
	{Kind: "gitlab-pat", Vendor: "gitlab", Pattern: `glpat-(?:[0-9A-Za-z_-]{27,300}\.[0-9a-z]{9}|[0-9A-Za-z_-]{20})`, Glued: true, Minimum: 3, checksum: gitlabRoutable},
	{Kind: "gitlab-runner-authentication-token", Vendor: "gitlab", Pattern: `glrt-(?:t[0-9]_[0-9A-Za-z_-]{27,300}\.[0-9a-z]{9}|t[0-9]_[0-9A-Za-z_-]{20}|[0-9A-Za-z_-]{20})`, Glued: true, Minimum: 3, checksum: gitlabRoutable},
	{Kind: "gitlab-cicd-job-token", Vendor: "gitlab", Pattern: `glcbt-[0-9A-Za-z]{1,5}_[0-9A-Za-z_-]{20}`, Glued: true, Minimum: 3},
	{Kind: "gitlab-deploy-token", Vendor: "gitlab", Pattern: `gldt-[0-9A-Za-z_-]{20}`, Glued: true, Minimum: 3},
	{Kind: "gitlab-feature-flag-client-token", Vendor: "gitlab", Pattern: `glffct-[0-9A-Za-z_-]{20}`, Glued: true, Minimum: 3},
	{Kind: "gitlab-feed-token", Vendor: "gitlab", Pattern: `glft-[0-9A-Za-z_-]{20}`, Glued: true, Minimum: 3},
	{Kind: "gitlab-incoming-mail-token", Vendor: "gitlab", Pattern: `glimt-[0-9A-Za-z_-]{25}`, Glued: true, Minimum: 3},
	{Kind: "gitlab-kubernetes-agent-token", Vendor: "gitlab", Pattern: `glagent-[0-9A-Za-z_-]{50}`, Glued: true, Minimum: 3},
	{Kind: "gitlab-oauth-app-secret", Vendor: "gitlab", Pattern: `gloas-[0-9A-Za-z_-]{64}`, Glued: true, Minimum: 3},
	{Kind: "gitlab-pipeline-trigger-token", Vendor: "gitlab", Pattern: `glptt-[0-9a-f]{40}`, Glued: true, Minimum: 3},
	{Kind: "gitlab-runner-registration-token", Vendor: "gitlab", Pattern: `GR1348941[0-9A-Za-z_-]{20}`, Glued: true, Minimum: 3},
	{Kind: "gitlab-scim-token", Vendor: "gitlab", Pattern: `glsoat-[0-9A-Za-z_-]{20}`, Glued: true, Minimum: 3},

	// https://support.atlassian.com/bitbucket-cloud/docs/app-passwords/
	{Kind: "atlassian-api-token", Vendor: "atlassian", Pattern: `ATATT3[0-9A-Za-z_=-]{186}`, Glued: true, Minimum: 3.5},
	{Kind: "bitbucket-app-password", Vendor: "bitbucket", Pattern: `ATBB[0-9A-Za-z]{32}`, Minimum: 3},
	{Kind: "bitbucket-access-token", Vendor: "bitbucket", Pattern: `ATCTT3[0-9A-Za-z_=-]{186}`, Glued: true, Minimum: 3.5},
}

// modelVendors holds the keys of those who serve models.
var modelVendors = []*Shape{
	{Kind: "anthropic-api-key", Vendor: "anthropic", Pattern: `sk-ant-api[0-9]{2}-[0-9A-Za-z_-]{80,120}`, Glued: true},
	{Kind: "anthropic-admin-key", Vendor: "anthropic", Pattern: `sk-ant-admin[0-9]{2}-[0-9A-Za-z_-]{80,120}`, Glued: true},
	{Kind: "anthropic-oauth-token", Vendor: "anthropic", Pattern: `sk-ant-(?:oat|ort|sid)[0-9]{2}-[0-9A-Za-z_-]{80,120}`, Glued: true},
	{Kind: "openai-project-key", Vendor: "openai", Pattern: `sk-proj-[0-9A-Za-z_-]{40,200}`, Minimum: 3.5},
	{Kind: "openai-service-account-key", Vendor: "openai", Pattern: `sk-svcacct-[0-9A-Za-z_-]{40,200}`, Minimum: 3.5},
	{Kind: "openai-admin-key", Vendor: "openai", Pattern: `sk-admin-[0-9A-Za-z_-]{40,200}`, Minimum: 3.5},
	{Kind: "openai-api-key", Vendor: "openai", Pattern: `sk-[0-9A-Za-z]{20}T3BlbkFJ[0-9A-Za-z]{20}`, Minimum: 3},
	{Kind: "huggingface-token", Vendor: "huggingface", Pattern: `hf_[A-Za-z]{34}`, Minimum: 2},
	{Kind: "huggingface-organization-token", Vendor: "huggingface", Pattern: `api_org_[A-Za-z]{34}`, Minimum: 2},
	{Kind: "perplexity-api-key", Vendor: "perplexity", Pattern: `pplx-[0-9A-Za-z]{48}`, Minimum: 3},
	{Kind: "groq-api-key", Vendor: "groq", Pattern: `gsk_[0-9A-Za-z]{52}`, Minimum: 3},
	{Kind: "xai-api-key", Vendor: "xai", Pattern: `xai-[0-9A-Za-z]{80}`, Minimum: 3},
	{Kind: "replicate-api-token", Vendor: "replicate", Pattern: `r8_[0-9A-Za-z]{37}`, Minimum: 3},
}

// clouds holds the platforms things run on.
var clouds = []*Shape{
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
	{Kind: "aws-access-key-id", Vendor: "aws", Pattern: `(?:AKIA|ABIA|ACCA|A3T[0-9A-Z])[2-7A-Z]{16}`, Minimum: 2.5},
	{Kind: "aws-temporary-access-key-id", Vendor: "aws", Pattern: `ASIA[2-7A-Z]{16}`, Minimum: 2.5},
	{Kind: "aws-unique-id", Vendor: "aws", Class: Identifier, Pattern: `(?:AIDA|AROA|AGPA|AIPA|ANPA|ANVA|APKA|ASCA)[2-7A-Z]{16,17}`, Minimum: 2.5},
	{Kind: "google-api-key", Vendor: "google", Pattern: `AIza[0-9A-Za-z_-]{35}`, Minimum: 3},
	{Kind: "google-oauth-client-secret", Vendor: "google", Pattern: `GOCSPX-[0-9A-Za-z_-]{28}`, Glued: true},
	{Kind: "google-oauth-access-token", Vendor: "google", Pattern: `ya29\.[0-9A-Za-z_-]{20,}`, Minimum: 3},
}

var services, registries []*Shape

// formats holds what many vendors use.
var formats = []*Shape{
	// RFC 7519: header and payload are JSON objects, so each begins with {" in base64url.
	{Kind: "jwt", Pattern: `ey[0-9A-Za-z_-]{10,}\.ey[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]*`},
}

var named []*Shape
