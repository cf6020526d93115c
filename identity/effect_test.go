package identity

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUseFromEffect(t *testing.T) {
	asserted := func(kind CredentialKind, subject string, source Source) Credential {
		return Credential{Kind: kind, Subject: subject, Source: source, Assurance: Asserted}
	}
	role := asserted("aws-role", "arn:aws:iam::123456789012:role/admin", InCommand)
	role.Issuer, role.Account = "aws", "123456789012"
	key := asserted("ssh-key", "", InCommand)
	key.Instance = "/home/ada/.ssh/id_ed25519"
	variable := asserted("env-credential", "", FromEnv)
	variable.Instance = "GITHUB_TOKEN"
	account := asserted("gcp-account", "ci@shop.iam.gserviceaccount.com", InCommand)
	account.Account = "shop"
	file := asserted("gcp-key", "", InCommand)
	file.Instance = "/tmp/key.json"
	deploy := variable
	deploy.Instance = "DEPLOY_TOKEN"
	for _, tt := range []struct {
		kind, target string
		want         Use
	}{
		{"identity", "user:root", Use{Credential: asserted("os-user", "root", InCommand), Target: Target{Service: "os"}}},
		{"identity", "role:arn:aws:iam::123456789012:role/admin", Use{Credential: role, Target: Target{Service: "aws", Account: "123456789012"}}},
		{"identity", "aws-profile:prod", Use{Credential: asserted("aws-profile", "", InCommand), Target: Target{Service: "aws", Account: "prod"}}},
		{"identity", "kube-context:prod", Use{Credential: asserted("kube-context", "", InCommand), Target: Target{Service: "kubernetes", Account: "prod"}}},
		{"identity", "kube-user:admin", Use{Credential: asserted("kube-user", "admin", InCommand), Target: Target{Service: "kubernetes"}}},
		{"identity", "gcloud-account:ada@shop.com", Use{Credential: asserted("gcloud-account", "ada@shop.com", InCommand), Target: Target{Service: "gcp"}}},
		{"identity", "gcloud-project:shop-prod", Use{Credential: asserted("gcloud-project", "", InCommand), Target: Target{Service: "gcp", Account: "shop-prod"}}},
		{"identity", "gcp-account:ci@shop.iam.gserviceaccount.com", Use{Credential: account, Target: Target{Service: "gcp"}}},
		{"identity", "gcp-key:/tmp/key.json", Use{Credential: file, Target: Target{Service: "gcp"}}},
		{"identity", "user:git", Use{Credential: asserted("ssh-user", "", InCommand), Target: Target{Service: "ssh"}}},
		{"identity", "ssh-user:git", Use{Credential: asserted("ssh-user", "", InCommand), Target: Target{Service: "ssh"}}},
		{"identity", "ssh-user:deploy", Use{Credential: asserted("ssh-user", "deploy", InCommand), Target: Target{Service: "ssh"}}},
		{"identity", "http-user:ada", Use{Credential: asserted("http-user", "ada", InCommand), Target: Target{Service: "http"}}},
		{"identity", "user:", Use{Credential: asserted("os-user", "", InCommand), Target: Target{Service: "os"}}},
		{"identity", "gh-user:ada", Use{Credential: asserted("gh-user", "ada", InCommand), Target: Target{Service: "github"}}},
		{"identity", "env:DEPLOY_TOKEN", Use{Credential: deploy, Target: Target{Service: "env"}}},
		{"identity", "azure-subscription:shop", Use{Credential: asserted("azure-subscription", "", InCommand), Target: Target{Service: "azure", Account: "shop"}}},
		{"identity", "gh-account:ada", Use{Credential: asserted("gh-account", "ada", InCommand), Target: Target{Service: "github"}}},
		{"identity", "docker-context:prod", Use{Credential: asserted("docker-context", "", InCommand), Target: Target{Service: "docker", Account: "prod"}}},
		{"identity", "git-author:ada@shop.com", Use{Credential: asserted("git-author", "ada@shop.com", InCommand), Target: Target{Service: "git"}}},
		{"identity", "ssh-key:/home/ada/.ssh/id_ed25519", Use{Credential: key, Target: Target{Service: "ssh"}}},
		{"identity", "nomad-namespace:prod", Use{Credential: asserted("nomad-namespace", "prod", InCommand), Target: Target{Service: "nomad-namespace"}}},
		{"secret", "env:GITHUB_TOKEN", Use{Credential: variable, Target: Target{Service: "github"}}},
		{"secret", "metadata:169.254.169.254", Use{Credential: asserted("instance-identity", "", FromMetadata), Target: Target{Service: "metadata", Host: "169.254.169.254"}}},
	} {
		t.Run(tt.target, func(t *testing.T) {
			got, ok := UseFromEffect(tt.kind, tt.target)
			if !ok {
				t.Fatal("no use")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for _, tt := range [][2]string{
		{"path", "user:root"},
		{"identity", "root"},
		{"identity", ":x"},
		{"identity", "env:"},
		{"secret", "metadata:"},
		{"secret", "file:/home/ada/.aws/credentials"},
		{"secret", "env:PATH"},
		{"secret", "keychain:x"},
		{"", ""},
	} {
		if u, ok := UseFromEffect(tt[0], tt[1]); ok {
			t.Errorf("%q %q: %+v", tt[0], tt[1], u)
		}
	}
}

func TestThrowAwayAuthors(t *testing.T) {
	for mail, want := range map[string]bool{
		"test@test.com": true, "test@example.com": true, "you@example.com": true, "ada@example.org": true, "dev@local": true, "a@b.c": true, "a@b": true,
		"t@t.t": true, "ci@build.test": true, "x@y.invalid": true, "bot@localhost": true, "test-user@shop.com": true, "noreply@shop.com": true, "foo@bar.com": true,
		"Test": true, "": true, "@": true, "tester@gmail.com": true, "user@EXAMPLE.COM.": true,
		"ada@shop.com": false, "ada.lovelace@gmail.com": false, "contest@shop.com": false, "attestation@corp.io": false, "12345+octocat@users.github.com": false, "ada@x.com": true,
	} {
		if got := throwAway(mail); got != want {
			t.Errorf("%q: %v, want %v", mail, got, want)
		}
	}
}

func TestTargetFromHost(t *testing.T) {
	for host, service := range map[string]string{
		"api.github.com": "github", "GitHub.com:443": "github", "s3.eu-west-1.amazonaws.com": "aws", "169.254.169.254": "metadata", "169.254.169.254:80": "metadata",
		"abc.gr7.eu-west-1.eks.amazonaws.com": "kubernetes", "eks.eu-west-1.amazonaws.com": "aws", "pubsub.googleapis.com.": "gcp", "shop.example": "", "github.com.evil.test": "", "notgithub.com": "", "": "", "[::1]:8080": "", "com": "",
	} {
		got := TargetFromHost(host)
		if got.Service != service {
			t.Errorf("%s: %q, want %q", host, got.Service, service)
		}
	}
}

func ExampleUseFromEffect() {
	var t Tracker
	for _, target := range []string{"aws-profile:dev", "git-author:test@test.com", "aws-profile:prod", "user:root"} {
		u, ok := UseFromEffect("identity", target)
		if !ok {
			fmt.Println(target, "is nobody's")
			continue
		}
		fmt.Println(target, t.Observe(storyTime, u))
	}
	// Output:
	// aws-profile:dev []
	// git-author:test@test.com is nobody's
	// aws-profile:prod [{tenant_changed dev prod {aws prod  } false false}]
	// user:root [{subject_changed  root {os   } false false}]
}
