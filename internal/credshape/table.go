package credshape

import "slices"

// table holds every shape. Order matters where two shapes can match one token:
// the first wins, so the more specific stands first.
var table = slices.Concat(codeHosting, modelVendors, clouds, azure, services, messaging, registries, named, formats)

// codeHosting holds the forges and what builds for them.
var codeHosting = []*Shape{
	// https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
	// GitHub announced tokens of up to 255 characters. How the checksum of the
	// fine-grained ones is made is not published.
	{Kind: "github-pat", Vendor: "github", Pattern: `ghp_[0-9A-Za-z]{36,251}`, Glued: true, Entropy: 3, checksum: &crc62},
	{Kind: "github-oauth", Vendor: "github", Pattern: `gho_[0-9A-Za-z]{36,251}`, Glued: true, Entropy: 3, checksum: &crc62},
	{Kind: "github-app-user", Vendor: "github", Pattern: `ghu_[0-9A-Za-z]{36,251}`, Glued: true, Entropy: 3, checksum: &crc62},
	{Kind: "github-app-installation", Vendor: "github", Pattern: `ghs_[0-9A-Za-z]{36,251}`, Glued: true, Entropy: 3, checksum: &crc62},
	// The form since April 2026, "ghs_APPID_JWT": it has no checksum of its own.
	{Kind: "github-app-installation", Vendor: "github", Pattern: `ghs_[0-9]{1,20}_eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{10,}`, Glued: true, Entropy: 3},
	{Kind: "github-refresh-token", Vendor: "github", Pattern: `ghr_[0-9A-Za-z]{36,251}`, Glued: true, Entropy: 3, checksum: &crc62},
	{Kind: "github-fine-grained-pat", Vendor: "github", Pattern: `github_pat_[0-9A-Za-z_]{82}`, Glued: true, Entropy: 3},

	// https://docs.gitlab.com/security/tokens/#token-prefixes
	{Kind: "gitlab-pat", Vendor: "gitlab", Pattern: `glpat-(?:[0-9A-Za-z_-]{27,300}\.[0-9a-z]{9}|[0-9A-Za-z_-]{20})`, Glued: true, Entropy: 3, checksum: &routable},
	{Kind: "gitlab-runner-token", Vendor: "gitlab", Pattern: `glrt-(?:t[0-9]_[0-9A-Za-z_-]{27,300}\.[0-9a-z]{9}|t[0-9]_[0-9A-Za-z_-]{20}|[0-9A-Za-z_-]{20})`, Glued: true, Entropy: 3, checksum: &routable},
	{Kind: "gitlab-job-token", Vendor: "gitlab", Pattern: `glcbt-[0-9A-Za-z]{1,5}_[0-9A-Za-z_-]{20}`, Glued: true, Entropy: 3},
	{Kind: "gitlab-deploy-token", Vendor: "gitlab", Pattern: `gldt-[0-9A-Za-z_-]{20}`, Glued: true, Entropy: 3},
	{Kind: "gitlab-feature-flag-token", Vendor: "gitlab", Pattern: `glffct-[0-9A-Za-z_-]{20}`, Glued: true, Entropy: 3},
	{Kind: "gitlab-feed-token", Vendor: "gitlab", Pattern: `glft-[0-9A-Za-z_-]{20}`, Glued: true, Entropy: 3},
	{Kind: "gitlab-incoming-mail-token", Vendor: "gitlab", Pattern: `glimt-[0-9A-Za-z_-]{25}`, Glued: true, Entropy: 3},
	{Kind: "gitlab-agent-token", Vendor: "gitlab", Pattern: `glagent-[0-9A-Za-z_-]{50}`, Glued: true, Entropy: 3},
	{Kind: "gitlab-oauth-app-secret", Vendor: "gitlab", Pattern: `gloas-[0-9A-Za-z_-]{64}`, Glued: true, Entropy: 3},
	{Kind: "gitlab-trigger-token", Vendor: "gitlab", Pattern: `glptt-[0-9a-f]{40}`, Glued: true, Entropy: 3},
	{Kind: "gitlab-runner-registration-token", Vendor: "gitlab", Pattern: `GR1348941[0-9A-Za-z_-]{20}`, Glued: true, Entropy: 3},
	{Kind: "gitlab-scim-token", Vendor: "gitlab", Pattern: `glsoat-[0-9A-Za-z_-]{20}`, Glued: true, Entropy: 3},
	{Kind: "gitlab-session-cookie", Vendor: "gitlab", Pattern: `_gitlab_session=[0-9a-z]{32}`, Glued: true, Entropy: 3},

	{Kind: "atlassian-api-token", Vendor: "atlassian", Pattern: `ATATT3[0-9A-Za-z_=-]{186}`, Glued: true, Entropy: 3.5},
	// The base64 of twelve digits, a colon and twenty random bytes.
	{Kind: "atlassian-pat", Vendor: "atlassian", Pattern: `(?:[MNO][ADQTgjwz][AEIMQUYcgk][wxyz0-5]){4}O[g-v][0-9A-Za-z+/]{26}`, Entropy: 3},
	{Kind: "bitbucket-access-token", Vendor: "bitbucket", Pattern: `ATCTT3[0-9A-Za-z_-]{150,200}=[0-9A-F]{8}`, Glued: true, Entropy: 3.5},
	{Kind: "bitbucket-app-password", Vendor: "bitbucket", Pattern: `ATBB[0-9A-Za-z]{24}[0-9A-F]{8}`, Entropy: 3},
	{Kind: "bitbucket-http-token", Vendor: "bitbucket", Pattern: `BBDC-[MNO][ADQTgjwz][0-9A-Za-z+/]{42}`, Entropy: 3},
	{Kind: "sourcegraph-token", Vendor: "sourcegraph", Pattern: `sgp_(?:(?:[0-9A-Fa-f]{16}|local)_)?[0-9A-Fa-f]{40}`, Entropy: 3},
	{Kind: "harness-api-key", Vendor: "harness", Pattern: `[ps]at\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z]{24}\.[0-9A-Za-z]{20}`, Entropy: 3},
	{Kind: "octopus-deploy-api-key", Vendor: "octopus", Pattern: `API-[0-9A-Z]{26}`, Entropy: 3},
	{Kind: "jfrog-api-key", Vendor: "jfrog", Pattern: `AKCp[0-9A-Za-z]{69}`, Entropy: 3.5},
	{Kind: "jfrog-reference-token", Vendor: "jfrog", Pattern: `cmVm[dt][0-9A-Za-z]{59}`, Entropy: 3.5}, // "reft" in base64
	{Kind: "terraform-cloud-token", Vendor: "hashicorp", Pattern: `[0-9A-Za-z]{14}\.atlasv1\.[0-9A-Za-z_=-]{60,70}`, Entropy: 3.5},
	{Kind: "pulumi-access-token", Vendor: "pulumi", Pattern: `pul-[0-9a-f]{40}`, Entropy: 2.5},
	{Kind: "scalingo-api-token", Vendor: "scalingo", Pattern: `tk-us-[0-9A-Za-z_-]{48}`, Entropy: 3},
	{Kind: "prefect-api-token", Vendor: "prefect", Pattern: `pnu_[0-9A-Za-z]{36}`, Entropy: 3},
	{Kind: "infracost-api-token", Vendor: "infracost", Pattern: `ico-[0-9A-Za-z]{32}`, Entropy: 3},
	{Kind: "sonar-token", Vendor: "sonar", Pattern: `sq[aup]_[0-9A-Za-z]{40}`, Entropy: 3},
	{Kind: "snyk-token", Vendor: "snyk", Pattern: `snyk_(?:uat|sat)\.[0-9a-z]{8}\.[0-9A-Za-z._-]{60,200}`, Entropy: 3},
	{Kind: "docker-pat", Vendor: "docker", Pattern: `dckr_(?:pat|oat)_[0-9A-Za-z_-]{27,40}`, Glued: true, Entropy: 3},
	{Kind: "buildkite-token", Vendor: "buildkite", Pattern: `bkua_[0-9a-f]{40}`, Entropy: 2.5},
	{Kind: "circleci-token", Vendor: "circleci", Pattern: `CCIPAT_[0-9A-Za-z]{22}_[0-9a-f]{40}`, Entropy: 3},
}

// modelVendors holds the keys of those who serve models and what agents call.
var modelVendors = []*Shape{
	{Kind: "anthropic-api-key", Vendor: "anthropic", Pattern: `sk-ant-api[0-9]{2}-[0-9A-Za-z_-]{80,120}`, Glued: true, Entropy: 3},
	{Kind: "anthropic-admin-key", Vendor: "anthropic", Pattern: `sk-ant-admin[0-9]{2}-[0-9A-Za-z_-]{80,120}`, Glued: true, Entropy: 3},
	{Kind: "anthropic-oauth-token", Vendor: "anthropic", Pattern: `sk-ant-(?:oat|ort|sid)[0-9]{2}-[0-9A-Za-z_-]{80,120}`, Glued: true, Entropy: 3},
	{Kind: "openai-project-key", Vendor: "openai", Pattern: `sk-proj-[0-9A-Za-z_-]{20,100}T3BlbkFJ[0-9A-Za-z_-]{20,100}`, Entropy: 3},
	{Kind: "openai-service-account-key", Vendor: "openai", Pattern: `sk-svcacct-[0-9A-Za-z_-]{20,100}T3BlbkFJ[0-9A-Za-z_-]{20,100}`, Entropy: 3},
	{Kind: "openai-admin-key", Vendor: "openai", Pattern: `sk-admin-[0-9A-Za-z_-]{20,100}T3BlbkFJ[0-9A-Za-z_-]{20,100}`, Entropy: 3},
	{Kind: "openai-api-key", Vendor: "openai", Pattern: `sk-[0-9A-Za-z]{20}T3BlbkFJ[0-9A-Za-z]{20}`, Entropy: 3},
	{Kind: "openrouter-api-key", Vendor: "openrouter", Pattern: `sk-or-v1-[0-9a-f]{64}`, Entropy: 2.5},
	{Kind: "langsmith-api-key", Vendor: "langchain", Pattern: `lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}`, Entropy: 2.5},
	{Kind: "langfuse-secret-key", Vendor: "langfuse", Pattern: `sk-lf-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`, Entropy: 2.5},
	{Kind: "huggingface-token", Vendor: "huggingface", Pattern: `hf_[A-Za-z]{34}`, Entropy: 2.5},
	{Kind: "huggingface-organization-token", Vendor: "huggingface", Pattern: `api_org_[A-Za-z]{34}`, Entropy: 2.5},
	{Kind: "perplexity-api-key", Vendor: "perplexity", Pattern: `pplx-[0-9A-Za-z]{48}`, Entropy: 3},
	{Kind: "groq-api-key", Vendor: "groq", Pattern: `gsk_[0-9A-Za-z]{52}`, Entropy: 3},
	{Kind: "xai-api-key", Vendor: "xai", Pattern: `xai-[0-9A-Za-z]{80}`, Entropy: 3},
	{Kind: "replicate-api-token", Vendor: "replicate", Pattern: `r8_[0-9A-Za-z]{37}`, Entropy: 3},
	{Kind: "fireworks-api-key", Vendor: "fireworks", Pattern: `fw_[0-9A-Za-z]{22,24}`, Entropy: 3.2},
	{Kind: "llama-api-key", Vendor: "meta", Pattern: `LLM\|[0-9]{12,20}\|[0-9A-Za-z_-]{27}`, Entropy: 3},
	{Kind: "llamacloud-api-key", Vendor: "llamaindex", Pattern: `llx-[0-9A-Za-z_-]{48}`, Entropy: 3},
	{Kind: "tavily-api-key", Vendor: "tavily", Pattern: `tvly-(?:dev-|prod-)?[0-9A-Za-z]{32}`, Entropy: 3},
	{Kind: "pinecone-api-key", Vendor: "pinecone", Pattern: `pcsk_[0-9A-Za-z]{4,8}_[0-9A-Za-z]{58,66}`, Entropy: 3},
	{Kind: "nvidia-api-key", Vendor: "nvidia", Pattern: `nvapi-[0-9A-Za-z_-]{60,70}`, Entropy: 3},
	{Kind: "elevenlabs-api-key", Vendor: "elevenlabs", Pattern: `sk_[0-9a-f]{48}`, Entropy: 2.5},
	{Kind: "firecrawl-api-key", Vendor: "firecrawl", Pattern: `fc-[0-9a-f]{32}`, Entropy: 2.5},
	{Kind: "cerebras-api-key", Vendor: "cerebras", Pattern: `csk-[0-9a-z]{48}`, Entropy: 3},
	{Kind: "posthog-personal-api-key", Vendor: "posthog", Pattern: `phx_[0-9A-Za-z]{40,60}`, Entropy: 3},
	{Kind: "sk-key", Pattern: `sk-[0-9A-Za-z]{32,64}`, Entropy: 3.5}, // several vendors of models copied the form
}

// clouds holds the platforms things run on.
var clouds = []*Shape{
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
	// Keys made before 2019 have the digits 0, 1, 8 and 9 too.
	{Kind: "aws-access-key-id", Vendor: "aws", Pattern: `(?:AKIA|ABIA|ACCA|A3T[0-9A-Z])[0-9A-Z]{16}`, Entropy: 2.8},
	{Kind: "aws-temporary-access-key-id", Vendor: "aws", Pattern: `ASIA[0-9A-Z]{16}`, Entropy: 2.8},
	{Kind: "aws-unique-id", Vendor: "aws", Class: Identifier, Pattern: `(?:AIDA|AROA|AGPA|AIPA|ANPA|ANVA|APKA|ASCA)[0-9A-Z]{16,17}`, Entropy: 2.8},
	{Kind: "aws-bedrock-api-key", Vendor: "aws", Pattern: `ABSK[0-9A-Za-z+/]{109,269}={0,2}`, Entropy: 3},
	{Kind: "aws-bedrock-temporary-api-key", Vendor: "aws", Pattern: `bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[0-9A-Za-z+/]*={0,2}`, Glued: true},
	{Kind: "aws-mws-token", Vendor: "aws", Pattern: `amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`, Entropy: 2.5},
	{Kind: "google-api-key", Vendor: "google", Pattern: `AIza[0-9A-Za-z_-]{35}`, Entropy: 3},
	{Kind: "google-oauth-client-secret", Vendor: "google", Pattern: `GOCSPX-[0-9A-Za-z_-]{28}`, Glued: true, Entropy: 3},
	{Kind: "google-oauth-access-token", Vendor: "google", Pattern: `ya29\.[0-9A-Za-z_-]{20,}`, Entropy: 3},
	{Kind: "google-oauth-refresh-token", Vendor: "google", Pattern: `1//0[0-9A-Za-z_-]{60,120}`, Entropy: 3},
	{Kind: "google-oauth-client-id", Vendor: "google", Class: Identifier, Pattern: `[0-9]{10,14}-[0-9a-z]{32}\.apps\.googleusercontent\.com`},
	{Kind: "alibaba-access-key-id", Vendor: "alibaba", Pattern: `LTAI[0-9A-Za-z]{12,26}`, Entropy: 3},
	{Kind: "tencent-secret-id", Vendor: "tencent", Pattern: `AKID[0-9A-Za-z]{32}`, Entropy: 3},
	{Kind: "yandex-api-key", Vendor: "yandex", Pattern: `AQVN[0-9A-Za-z_-]{35,38}`, Entropy: 3},
	{Kind: "yandex-access-token", Vendor: "yandex", Pattern: `t1\.[0-9A-Z_a-z-]{20,}={0,2}\.[0-9A-Z_a-z-]{86}={0,2}`, Entropy: 3},
	{Kind: "digitalocean-pat", Vendor: "digitalocean", Pattern: `dop_v1_[0-9a-f]{64}`, Glued: true, Entropy: 2.5},
	{Kind: "digitalocean-oauth-token", Vendor: "digitalocean", Pattern: `doo_v1_[0-9a-f]{64}`, Glued: true, Entropy: 2.5},
	{Kind: "digitalocean-refresh-token", Vendor: "digitalocean", Pattern: `dor_v1_[0-9a-f]{64}`, Glued: true, Entropy: 2.5},
	{Kind: "cloudflare-token", Vendor: "cloudflare", Pattern: `cf(?:at|ut|k)_[0-9A-Za-z]{40}[0-9A-Za-z]{8,12}`, Entropy: 3},
	{Kind: "cloudflare-origin-ca-key", Vendor: "cloudflare", Pattern: `v1\.0-[0-9a-f]{24}-[0-9a-f]{146}`, Entropy: 2.5},
	{Kind: "heroku-api-key", Vendor: "heroku", Pattern: `HRKU-AA[0-9A-Za-z_-]{58}`, Glued: true, Entropy: 3},
	{Kind: "flyio-token", Vendor: "flyio", Pattern: `fo1_[0-9A-Za-z_-]{43}`, Entropy: 3},
	{Kind: "flyio-macaroon", Vendor: "flyio", Pattern: `fm(?:1[ar]|2)_[0-9A-Za-z+/]{100,}={0,3}`, Entropy: 3},
	{Kind: "render-api-key", Vendor: "render", Pattern: `rnd_[0-9A-Za-z]{32}`, Entropy: 3},
	{Kind: "netlify-token", Vendor: "netlify", Pattern: `nf[pcoub]_[0-9A-Za-z]{36}`, Entropy: 3},
	{Kind: "openshift-token", Vendor: "openshift", Pattern: `sha256~[0-9A-Za-z_-]{43}`, Entropy: 3},
	{Kind: "supabase-token", Vendor: "supabase", Pattern: `sb(?:p|_secret)_[0-9A-Za-z_]{31,45}`, Entropy: 3},
	{Kind: "planetscale-token", Vendor: "planetscale", Pattern: `pscale_(?:tkn|oauth|pw)_[0-9A-Za-z_=.-]{32,64}`, Glued: true, Entropy: 3},
	{Kind: "neon-api-key", Vendor: "neon", Pattern: `napi_[0-9a-z]{60,70}`, Entropy: 3},
	{Kind: "clickhouse-cloud-api-secret-key", Vendor: "clickhouse", Pattern: `4b1d[0-9A-Za-z]{38}`, Entropy: 3.5},
	{Kind: "databricks-token", Vendor: "databricks", Pattern: `dapi[0-9a-f]{32}(?:-[0-9])?`, Entropy: 2.8},
	{Kind: "vault-service-token", Vendor: "hashicorp", Pattern: `hvs\.[0-9A-Za-z_-]{24,160}`, Entropy: 3},
	{Kind: "vault-batch-token", Vendor: "hashicorp", Pattern: `hvb\.[0-9A-Za-z_-]{100,300}`, Entropy: 3},
	{Kind: "vault-recovery-token", Vendor: "hashicorp", Pattern: `hvr\.[0-9A-Za-z_-]{24,160}`, Entropy: 3},
	{Kind: "tailscale-key", Vendor: "tailscale", Pattern: `tskey-(?:api|auth|client|scim|webhook)-[0-9A-Za-z]{9,22}-[0-9A-Za-z]{16,48}`, Glued: true, Entropy: 3},
	{Kind: "doppler-token", Vendor: "doppler", Pattern: `dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[0-9a-z_-]{2,35}\.)?[0-9A-Za-z]{40,44}`, Entropy: 3},
	{Kind: "infisical-token", Vendor: "infisical", Pattern: `st\.[0-9A-Za-z]{24}\.[0-9A-Za-z]{32}\.[0-9A-Za-z]{32}`, Entropy: 2.5},
	{Kind: "1password-secret-key", Vendor: "1password", Pattern: `A3-[0-9A-Z]{6}-(?:[0-9A-Z]{11}|[0-9A-Z]{6}-[0-9A-Z]{5})-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}`, Entropy: 3.3},
	{Kind: "1password-service-account-token", Vendor: "1password", Pattern: `ops_eyJ[0-9A-Za-z+/_-]{250,}={0,3}`, Glued: true, Entropy: 4},
	{Kind: "age-secret-key", Vendor: "age", Pattern: `AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}`, Glued: true},
	// https://github.com/nats-io/nkeys: two bytes of kind, the seed and its CRC-16 in base32.
	{Kind: "nats-seed", Vendor: "nats", Pattern: `S[ACNOUX][2-7A-Z]{56}`, checksum: &nkey, checked: true},
}

// azure holds the keys Microsoft marks with a fixed signature at a fixed place
// (https://github.com/microsoft/security-utilities, identifiable secrets). Their
// checksums need seeds per service and are not verified here.
var azure = []*Shape{
	{Kind: "azure-client-secret", Vendor: "azure", Pattern: `[0-9A-Za-z_~.-]{3}[78]Q~[0-9A-Za-z_~.-]{31,34}`, Entropy: 3},
	{Kind: "azure-common-annotated-key", Vendor: "azure", Pattern: `[0-9A-Za-z]{52}JQQJ9[9DH][0-9A-Za-z][A-L][0-9A-Za-z]{16}[A-Za-z][0-9A-Za-z]{7}(?:[0-9A-Za-z]{2}==)?`, Entropy: 3},
	{Kind: "azure-storage-account-key", Vendor: "azure", Pattern: `[0-9A-Za-z+/]{76}\+ASt[0-9A-Za-z+/]{5}[AQgw]==`, Entropy: 3},
	{Kind: "azure-cosmosdb-key", Vendor: "azure", Pattern: `[0-9A-Za-z+/]{76}ACDb[0-9A-Za-z+/]{5}[AQgw]==`, Entropy: 3},
	{Kind: "azure-batch-key", Vendor: "azure", Pattern: `[0-9A-Za-z+/]{76}\+ABa[0-9A-Za-z+/]{5}[AQgw]==`, Entropy: 3},
	{Kind: "azure-ml-classic-key", Vendor: "azure", Pattern: `[0-9A-Za-z+/]{76}\+AMC[0-9A-Za-z+/]{5}[AQgw]==`, Entropy: 3},
	{Kind: "azure-apim-key", Vendor: "azure", Pattern: `[0-9A-Za-z+/]{76}APIM[0-9A-Za-z+/]{5}[AQgw]==`, Entropy: 3},
	{Kind: "azure-function-key", Vendor: "azure", Pattern: `[0-9A-Za-z_-]{44}AzFu[0-9A-Za-z_-]{5}[AQgw]==`, Entropy: 3},
	{Kind: "azure-search-key", Vendor: "azure", Pattern: `[0-9A-Za-z]{42}AzSe[A-D][0-9A-Za-z]{5}`, Entropy: 3},
	{Kind: "azure-container-registry-key", Vendor: "azure", Pattern: `[0-9A-Za-z+/]{42}\+ACR[A-D][0-9A-Za-z+/]{5}`, Entropy: 3},
	{Kind: "azure-redis-key", Vendor: "azure", Pattern: `[0-9A-Za-z+/]{33}AzCa[A-P][0-9A-Za-z+/]{5}=`, Entropy: 3},
	{Kind: "azure-service-bus-key", Vendor: "azure", Pattern: `[0-9A-Za-z+/]{33}\+ASb[A-P][0-9A-Za-z+/]{5}=`, Entropy: 3},
	{Kind: "azure-event-hub-key", Vendor: "azure", Pattern: `[0-9A-Za-z+/]{33}\+AEh[A-P][0-9A-Za-z+/]{5}=`, Entropy: 3},
	{Kind: "azure-relay-key", Vendor: "azure", Pattern: `[0-9A-Za-z+/]{33}\+ARm[A-P][0-9A-Za-z+/]{5}=`, Entropy: 3},
	{Kind: "azure-iot-key", Vendor: "azure", Pattern: `[0-9A-Za-z+/]{33}AIoT[A-P][0-9A-Za-z+/]{5}=`, Entropy: 3},
	{Kind: "azure-event-grid-key", Vendor: "azure", Pattern: `[0-9A-Za-z+/]{33}AZEG[A-P][0-9A-Za-z+/]{5}=`, Entropy: 3},
}
