package credshape

// services holds what programs call over the network.
var services = []*Shape{
	// https://docs.stripe.com/keys
	{Kind: "stripe-secret-key", Vendor: "stripe", Pattern: `sk_(?:live|test|prod)_[0-9A-Za-z]{10,248}`, Entropy: 2.5},
	{Kind: "stripe-restricted-key", Vendor: "stripe", Pattern: `rk_(?:live|test|prod)_[0-9A-Za-z]{10,248}`, Entropy: 2.5},
	{Kind: "stripe-webhook-secret", Vendor: "stripe", Pattern: `whsec_[0-9A-Za-z+/]{32,64}={0,2}`, Entropy: 3},
	{Kind: "stripe-publishable-key", Vendor: "stripe", Class: Public, Pattern: `pk_(?:live|test)_[0-9A-Za-z]{24,248}`, Entropy: 2.5},
	{Kind: "square-access-token", Vendor: "square", Pattern: `EAAA[0-9A-Za-z_-]{60}`, Entropy: 3.5},
	{Kind: "square-oauth-secret", Vendor: "square", Pattern: `sq0(?:atp|csp)-[0-9A-Za-z_-]{22,60}`, Entropy: 3},
	{Kind: "paypal-braintree-token", Vendor: "paypal", Pattern: `access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}`, Glued: true, Entropy: 2.5},
	{Kind: "razorpay-key", Vendor: "razorpay", Class: Identifier, Pattern: `rzp_(?:live|test)_[0-9A-Za-z]{14}`, Entropy: 2.5},
	{Kind: "plaid-access-token", Vendor: "plaid", Pattern: `access-(?:sandbox|development|production)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`, Entropy: 2.5},
	{Kind: "flutterwave-secret-key", Vendor: "flutterwave", Pattern: `FLWSECK(?:_TEST)?-[0-9A-Ha-h]{32}-X`, Glued: true, Entropy: 2},
	{Kind: "flutterwave-public-key", Vendor: "flutterwave", Pattern: `FLWPUBK(?:_TEST)?-[0-9A-Ha-h]{32}-X`, Class: Public, Glued: true, Entropy: 2},
	{Kind: "flutterwave-encryption-key", Vendor: "flutterwave", Pattern: `FLWSECK_TEST-[0-9A-Ha-h]{12}`, Glued: true, Entropy: 2},
	{Kind: "shopify-access-token", Vendor: "shopify", Pattern: `shpat_[0-9A-Fa-f]{32}`, Glued: true, Entropy: 2},
	{Kind: "shopify-custom-access-token", Vendor: "shopify", Pattern: `shpca_[0-9A-Fa-f]{32}`, Glued: true, Entropy: 2},
	{Kind: "shopify-private-app-token", Vendor: "shopify", Pattern: `shppa_[0-9A-Fa-f]{32}`, Glued: true, Entropy: 2},
	{Kind: "shopify-shared-secret", Vendor: "shopify", Pattern: `shpss_[0-9A-Fa-f]{32}`, Glued: true, Entropy: 2},
	{Kind: "shippo-api-token", Vendor: "shippo", Pattern: `shippo_(?:live|test)_[0-9A-Fa-f]{40}`, Glued: true, Entropy: 2},
	{Kind: "easypost-api-key", Vendor: "easypost", Pattern: `EZ[AT]K[0-9A-Za-z]{54}`, Entropy: 3},
	{Kind: "duffel-api-token", Vendor: "duffel", Pattern: `duffel_(?:test|live)_[0-9A-Za-z_=-]{43}`, Glued: true, Entropy: 2.5},
	{Kind: "lob-publishable-key", Vendor: "lob", Class: Public, Pattern: `(?:live|test)_pub_[0-9a-f]{31}`, Entropy: 2.5},

	{Kind: "sendgrid-api-key", Vendor: "sendgrid", Pattern: `SG\.[0-9A-Za-z_-]{16,32}\.[0-9A-Za-z_=-]{16,64}`, Entropy: 3},
	{Kind: "brevo-api-key", Vendor: "brevo", Pattern: `x(?:keysib|smtpsib)-[0-9a-f]{64}-[0-9A-Za-z]{16}`, Glued: true, Entropy: 2.5},
	{Kind: "mailchimp-api-key", Vendor: "mailchimp", Pattern: `[0-9a-f]{32}-us[0-9]{1,2}`, Entropy: 2.5},
	{Kind: "mailgun-private-api-key", Vendor: "mailgun", Pattern: `key-[0-9a-f]{32}`, Entropy: 2.5},
	{Kind: "mailgun-public-key", Vendor: "mailgun", Class: Public, Pattern: `pubkey-[0-9a-f]{32}`, Entropy: 2.5},
	{Kind: "resend-api-key", Vendor: "resend", Pattern: `re_[0-9A-Za-z]{8}_[0-9A-Za-z]{24}`, Entropy: 3},
	{Kind: "twilio-api-key", Vendor: "twilio", Pattern: `SK[0-9A-Fa-f]{32}`, Entropy: 2.8},
	{Kind: "twilio-account-sid", Vendor: "twilio", Class: Identifier, Pattern: `AC[0-9a-f]{32}`, Entropy: 2.8},

	{Kind: "airtable-pat", Vendor: "airtable", Pattern: `pat[0-9A-Za-z]{14}\.[0-9a-f]{64}`, Entropy: 3},
	{Kind: "notion-api-token", Vendor: "notion", Pattern: `(?:ntn_[0-9]{11}[0-9A-Za-z]{35}|secret_[0-9A-Za-z]{43})`, Entropy: 3},
	{Kind: "linear-api-key", Vendor: "linear", Pattern: `lin_(?:api|oauth)_[0-9A-Za-z]{40,64}`, Glued: true, Entropy: 2.5},
	{Kind: "figma-pat", Vendor: "figma", Pattern: `figd_[0-9A-Za-z_-]{38,60}`, Entropy: 3},
	{Kind: "postman-api-key", Vendor: "postman", Pattern: `PMAK-[0-9A-Fa-f]{24}-[0-9A-Fa-f]{34}`, Glued: true, Entropy: 2.5},
	{Kind: "readme-api-token", Vendor: "readme", Pattern: `rdme_[0-9a-z]{70}`, Glued: true, Entropy: 2.5},
	{Kind: "typeform-token", Vendor: "typeform", Pattern: `tfp_[0-9A-Za-z_.=-]{59}`, Entropy: 3},
	{Kind: "frameio-token", Vendor: "frameio", Pattern: `fio-u-[0-9A-Za-z_=-]{64}`, Glued: true, Entropy: 3},
	{Kind: "contentful-pat", Vendor: "contentful", Pattern: `CFPAT-[0-9A-Za-z_-]{43}`, Glued: true, Entropy: 3},
	{Kind: "adobe-client-secret", Vendor: "adobe", Pattern: `p8e-[0-9A-Za-z]{32}`, Entropy: 2.5},
	{Kind: "settlemint-access-token", Vendor: "settlemint", Pattern: `sm_[aps]at_[0-9A-Za-z]{16}`, Entropy: 3},
	{Kind: "authress-access-key", Vendor: "authress", Pattern: `(?:sc|ext|scauth|authress)_[0-9A-Za-z]{5,30}\.[0-9A-Za-z]{4,6}\.acc[_-][0-9A-Za-z-]{10,32}\.[0-9A-Za-z+/_=-]{30,120}`, Entropy: 3},
	{Kind: "maxmind-license-key", Vendor: "maxmind", Pattern: `[0-9A-Za-z]{6}_[0-9A-Za-z]{29}_mmk`, Entropy: 3},
	{Kind: "intra42-client-secret", Vendor: "intra42", Pattern: `s-s4t2(?:ud|af)-[0-9a-f]{64}`, Glued: true, Entropy: 2.5},
	{Kind: "sidekiq-url", Vendor: "sidekiq", Pattern: `https?://[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8}@(?:gems|enterprise)\.contribsys\.com`, Glued: true},
	{Kind: "mapbox-secret-token", Vendor: "mapbox", Pattern: `sk\.eyJ1I[0-9A-Za-z_-]{40,200}\.[0-9A-Za-z_-]{22}`, Entropy: 3},
	{Kind: "mapbox-public-token", Vendor: "mapbox", Class: Public, Pattern: `pk\.[0-9a-zA-Z_-]{60,200}\.[0-9A-Za-z_-]{22}`, Entropy: 3},
	{Kind: "meta-access-token", Vendor: "meta", Pattern: `EAA[A-Z][0-9A-Za-z]{100,}`, Entropy: 4},
	{Kind: "instagram-access-token", Vendor: "meta", Pattern: `IG(?:QVJ|AA)[0-9A-Za-z_-]{100,}`, Entropy: 3.5},
	{Kind: "twitter-bearer-token", Vendor: "twitter", Pattern: `A{22}[0-9A-Za-z%]{80,100}`, Entropy: 3},
	{Kind: "clojars-token", Vendor: "clojars", Pattern: `CLOJARS_[0-9A-Za-z]{60}`, Glued: true, Entropy: 2.5},
	{Kind: "akamai-credential", Vendor: "akamai", Pattern: `akab-[0-9a-z]{16}-[0-9a-z]{16}`, Entropy: 2.5},
	{Kind: "dropbox-access-token", Vendor: "dropbox", Pattern: `sl\.(?:u\.)?[0-9A-Za-z_-]{130,1000}`, Entropy: 3.5},
	{Kind: "gocardless-token", Vendor: "gocardless", Pattern: `live_[0-9A-Za-z_=-]{40}`, Entropy: 3.3},
	{Kind: "wechat-app-id", Vendor: "tencent", Class: Identifier, Pattern: `wx[0-9a-f]{16}`, Entropy: 2.8},

	{Kind: "sentry-user-token", Vendor: "sentry", Pattern: `sntryu_[0-9a-f]{64}`, Glued: true, Entropy: 2.5},
	{Kind: "sentry-org-token", Vendor: "sentry", Pattern: `sntrys_eyJ[0-9A-Za-z+/=_-]{60,500}`, Glued: true, Entropy: 3},
	{Kind: "newrelic-user-key", Vendor: "newrelic", Pattern: `NRAK-[0-9A-Za-z]{27}`, Glued: true, Entropy: 2.5},
	{Kind: "newrelic-insert-key", Vendor: "newrelic", Pattern: `NRI[IQ]-[0-9A-Za-z_-]{25,32}`, Glued: true, Entropy: 2.5},
	{Kind: "newrelic-browser-key", Vendor: "newrelic", Pattern: `NR(?:(?:JS|BR)-[0-9a-f]{19}|RA-[0-9a-f]{42}|AA-[0-9a-f]{27})`, Entropy: 2.5},
	{Kind: "newrelic-license-key", Vendor: "newrelic", Pattern: `(?:(?:eu|gov|us)[0-9]{2}x{1,2}[0-9A-Fa-f]{30,31}|[0-9A-Fa-f]{36})NRAL`, Entropy: 2.5},
	{Kind: "grafana-api-key", Vendor: "grafana", Pattern: `eyJrIjoi[0-9A-Za-z]{70,400}={0,3}`, Entropy: 3},
	{Kind: "grafana-cloud-token", Vendor: "grafana", Pattern: `glc_[0-9A-Za-z+/]{32,400}={0,3}`, Entropy: 3},
	{Kind: "grafana-service-account-token", Vendor: "grafana", Pattern: `glsa_[0-9A-Za-z]{32}_[0-9A-Fa-f]{8}`, Entropy: 3},
	{Kind: "dynatrace-token", Vendor: "dynatrace", Pattern: `dt0[a-z][0-9]{2}\.[0-9A-Za-z]{8,24}\.[0-9A-Za-z]{64}`, Entropy: 3},
}

// messaging holds chat systems and the hooks into them: who has such an address may post.
var messaging = []*Shape{
	// https://docs.slack.dev/authentication/tokens
	{Kind: "slack-bot-token", Vendor: "slack", Pattern: `xoxb-(?:[0-9]{10,13}-[0-9]{10,13}[0-9A-Za-z-]*|[0-9]{8,14}-[0-9A-Za-z]{18,26})`, Glued: true, Entropy: 2},
	{Kind: "slack-user-token", Vendor: "slack", Pattern: `xox[pe](?:-[0-9]{10,13}){3}-[0-9A-Za-z-]{28,34}`, Glued: true, Entropy: 2},
	{Kind: "slack-app-token", Vendor: "slack", Pattern: `xapp-[0-9]-[0-9A-Za-z]{8,16}-[0-9]{8,16}-[0-9A-Za-z]{20,80}`, Glued: true, Entropy: 2},
	{Kind: "slack-config-token", Vendor: "slack", Pattern: `xoxe(?:[.-]xox[bp])?-[0-9]-[0-9A-Za-z]{140,170}`, Glued: true, Entropy: 2},
	{Kind: "slack-legacy-token", Vendor: "slack", Pattern: `xox[os]-[0-9]{5,20}-[0-9]{5,20}-[0-9]{5,20}-[0-9A-Fa-f]{4,80}`, Glued: true, Entropy: 2},
	{Kind: "slack-workspace-token", Vendor: "slack", Pattern: `xox[ar]-(?:[0-9]-)?[0-9A-Za-z]{8,48}`, Glued: true, Entropy: 2.5},
	{Kind: "slack-session-token", Vendor: "slack", Pattern: `xoxc-[0-9]{9,13}-[0-9]{9,13}-[0-9]{9,13}-[0-9a-f]{64}`, Glued: true, Entropy: 2.5},
	{Kind: "slack-session-cookie", Vendor: "slack", Pattern: `xoxd-[0-9A-Za-z%+/=_-]{80,300}`, Glued: true, Entropy: 3},
	{Kind: "slack-webhook-url", Vendor: "slack", Pattern: `hooks\.slack\.com/(?:services|workflows|triggers)/[0-9A-Za-z+/]{43,80}`, Glued: true, Entropy: 2.5},
	{Kind: "discord-bot-token", Vendor: "discord", Pattern: `[MNO][0-9A-Za-z]{23,25}\.[0-9A-Za-z_-]{6}\.[0-9A-Za-z_-]{27,38}`, Entropy: 3},
	{Kind: "discord-webhook-url", Vendor: "discord", Pattern: `discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/[0-9A-Za-z_-]{60,72}`, Glued: true, Entropy: 3},
	{Kind: "teams-webhook-url", Vendor: "microsoft", Pattern: `\.webhook\.office\.com/webhookb2/[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}@[0-9a-z-]{36}/IncomingWebhook/[0-9a-z]{32}/[0-9a-z-]{36}`, Glued: true},
	{Kind: "telegram-bot-token", Vendor: "telegram", Pattern: `[0-9]{8,10}:AA[0-9A-Za-z_-]{33}`, Entropy: 3},
	{Kind: "zapier-webhook-url", Vendor: "zapier", Pattern: `hooks\.zapier\.com/hooks/catch/[0-9]{5,10}/[0-9a-z]{6,10}`, Glued: true},
}

// registries holds what publishes packages.
var registries = []*Shape{
	// https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/
	{Kind: "npm-access-token", Vendor: "npm", Pattern: `npm_[0-9A-Za-z]{36}`, Entropy: 2.5, checksum: &crc62},
	// https://pypi.org/help/#apitoken: a macaroon whose first field is the site's name.
	{Kind: "pypi-upload-token", Vendor: "pypi", Pattern: `pypi-AgE[0-9A-Za-z_-]{90,1000}`, Glued: true, Entropy: 3},
	{Kind: "rubygems-api-key", Vendor: "rubygems", Pattern: `rubygems_[0-9a-f]{48}`, Glued: true, Entropy: 2.5},
	{Kind: "nuget-api-key", Vendor: "nuget", Pattern: `oy2[a-p][0-9a-z]{15}[aq][0-9a-z]{11}[eu][bdfhjlnprtvxz357][a-p][0-9a-z]{11}[aeimquy4]`, Entropy: 3},
	{Kind: "crates-io-token", Vendor: "crates", Pattern: `cio[0-9A-Za-z]{32}`, Entropy: 3.5},
}

// formats holds what many vendors use.
var formats = []*Shape{
	// RFC 7519: header and payload are JSON objects, so each begins with {
	// and a quote, a space or a new line, in base64url.
	{Kind: "jwt", Pattern: `e(?:yJ|yA|wo|w0)[0-9A-Za-z_-]{8,}\.e[wy][0-9A-Za-z_-]{8,}\.(?:[0-9A-Za-z_-]{10,}={0,2})?`, Entropy: 3},
	// RFC 7516: an encrypted one has five parts, the second may be empty.
	{Kind: "jwe", Pattern: `e(?:yJ|yA|wo|w0)[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}`, Entropy: 3},
	// A JWT in base64 once more, as Kubernetes secrets and headers of proxies have it.
	{Kind: "jwt-base64", Pattern: `ZXlK[0-9A-Za-z+/_-]{60,}={0,2}`, Entropy: 3},
	// NTLMSSP messages of type 2 and 3: the hash of a password can be guessed from them.
	{Kind: "ntlm-message", Pattern: `TlRMTVNTUAA[CD]AAAA[0-9A-Za-z+/]{40,}={0,2}`},
}
