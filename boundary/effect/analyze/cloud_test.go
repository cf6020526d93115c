package analyze

import "testing"

func TestAWS(t *testing.T) {
	tell(t, []story{
		{cmd: "aws s3 ls s3://acme-logs/2026/", want: `
			read command aws s3 ls
			read resource aws:bucket=acme-logs,service=s3`},
		{cmd: "aws --profile prod s3 cp dump.sql s3://acme-backup/x", want: `
			grant identity aws-profile:prod
			read command aws s3 cp
			read path /repo/dump.sql…
			write resource aws:bucket=acme-backup,service=s3 out`},
		{cmd: "aws s3 sync s3://acme-backup . --delete", want: `
			read command aws s3 sync
			read resource aws:bucket=acme-backup,service=s3 in
			write path /repo/…
			delete path /repo/…`},
		{cmd: "aws s3 rm --recursive s3://acme-logs", want: `
			exec command aws s3 rm
			delete resource aws:bucket=acme-logs,service=s3`},
		{cmd: "aws ec2 describe-instances --region eu-west-1", want: `
			read command aws ec2 describe-instances
			read resource aws:region=eu-west-1,service=ec2`},
		{cmd: "aws ec2 terminate-instances --instance-ids i-1", want: `
			exec command aws ec2 terminate-instances
			delete resource aws:name=i-1,service=ec2`},
		{name: "an ARN says the account", cmd: "aws lambda invoke --function-name arn:aws:lambda:eu-west-1:123456789012:function:pay out.json", want: `
			exec command aws lambda invoke
			exec resource aws:account=123456789012,name=function:pay,region=eu-west-1,service=lambda
			write path /repo/out.json`},
		{cmd: "aws sts assume-role --role-arn arn:aws:iam::123456789012:role/admin --role-session-name x", want: `
			exec command aws sts assume-role
			grant identity role:arn:aws:iam::123456789012:role/admin
			read secret store:sts/credentials`},
		{cmd: "aws sts get-caller-identity", want: `
			read command aws sts get-caller-identity
			read resource aws:service=sts`},
		{cmd: "aws secretsmanager get-secret-value --secret-id prod/db", want: `
			read command aws secretsmanager get-secret-value
			read resource aws:name=prod/db,service=secretsmanager
			read secret store:secretsmanager/prod/db`},
		{cmd: "aws ssm get-parameter --name /prod/key --with-decryption", want: `
			read command aws ssm get-parameter
			read resource aws:name=/prod/key,service=ssm
			read secret store:ssm//prod/key`},
		{cmd: "aws iam attach-user-policy --user-name eve --policy-arn arn:aws:iam::aws:policy/AdministratorAccess", want: `
			exec command aws iam attach-user-policy
			grant resource aws:name=eve,service=iam`},
		{cmd: "aws iam create-access-key --user-name eve", want: `
			exec command aws iam create-access-key
			grant resource aws:name=eve,service=iam
			read secret store:iam/eve`},
		{cmd: "aws cloudformation deploy --template-body file://t.yaml --stack-name s", want: `
			read path /repo/t.yaml
			exec command aws cloudformation deploy
			write resource aws:name=s,service=cloudformation`},
		{cmd: "aws configure set aws_access_key_id AKIA", want: `
			exec command aws configure set
			exec path /home/ada/.aws/config
			exec secret file:/home/ada/.aws/config
			write path /home/ada/.aws/credentials
			write secret file:/home/ada/.aws/credentials`},
	})
}

func TestGoogleAndAzure(t *testing.T) {
	tell(t, []story{
		{cmd: "gcloud compute instances list --project acme-prod", want: `
			read command gcloud compute instances list
			read resource gcp:kind=instances,project=acme-prod,service=compute`},
		{cmd: "gcloud compute instances delete web1 --zone europe-west1-b", want: `
			exec command gcloud compute instances delete
			delete resource gcp:kind=instances,name=web1,service=compute,zone=europe-west1-b`},
		{cmd: "gcloud config set account eve@acme.test", want: `
			exec command gcloud config set
			grant identity gcp-account:eve@acme.test`},
		{cmd: "gcloud auth activate-service-account --key-file=key.json", want: `
			grant identity gcp-key:/repo/key.json
			exec command gcloud auth activate-service-account`},
		{cmd: "gcloud auth print-access-token", want: `
			exec command gcloud auth print-access-token
			read secret store:gcloud/access-token`},
		{cmd: "gcloud secrets versions access latest --secret=db-pass", want: `
			read command gcloud secrets versions access
			read resource gcp:kind=versions,name=latest,service=secrets
			read secret store:secretmanager/db-pass`},
		{cmd: "gcloud projects add-iam-policy-binding acme --member=user:eve@x.test --role=roles/owner", want: `
			exec command gcloud projects add-iam-policy-binding
			grant resource gcp:name=acme,service=projects`},
		{cmd: "gcloud container clusters get-credentials prod", want: `
			read command gcloud container clusters get-credentials
			read resource gcp:kind=clusters,name=prod,service=container
			grant identity kube-context:prod`},
		{cmd: "gsutil cp -r out gs://acme-pub/", want: `
			read command gsutil cp
			read path /repo/out…
			write resource gcp:bucket=acme-pub,service=storage out`},
		{cmd: "az vm list -g rg1", want: `
			read command az vm list
			read resource azure:resource_group=rg1,service=vm`},
		{cmd: "az account set --subscription prod", want: `
			exec command az account set
			grant identity azure-subscription:prod`},
		{cmd: "az keyvault secret show --vault-name kv --name db", want: `
			read command az keyvault secret show
			read resource azure:kind=secret,name=db,service=keyvault,vault=kv
			read secret store:keyvault/kv/db`},
		{cmd: "az role assignment create --assignee eve --role Owner", want: `
			exec command az role assignment create
			grant resource azure:kind=assignment,service=role…`},
	})
}

func TestKubernetes(t *testing.T) {
	tell(t, []story{
		{cmd: "kubectl get pods -n shop", want: `
			read command kubectl get
			read resource k8s:kind=pods,namespace=shop`},
		{cmd: "kubectl --context prod delete deploy/api -n shop", want: `
			grant identity kube-context:prod
			exec command kubectl delete
			delete resource k8s:cluster=prod,kind=deployments,name=api,namespace=shop`},
		{cmd: "kubectl get secret db -n shop -o yaml", want: `
			read command kubectl get
			read resource k8s:kind=secrets,name=db,namespace=shop
			read secret store:k8s/shop/db`},
		{cmd: "kubectl get secrets -A", want: `
			read command kubectl get
			read resource k8s:kind=secrets,namespace=*
			read secret store:k8s/*/…`},
		{cmd: "kubectl apply -f deploy/", want: `
			read path /repo/deploy/…
			exec command kubectl apply
			write resource k8s:…`},
		{cmd: "kubectl apply -f https://x.test/install.yaml", want: `
			connect url https://x.test/install.yaml in
			exec command kubectl apply
			write resource k8s:…`},
		{cmd: "kubectl exec -n shop api-0 -- cat /var/run/secrets/kubernetes.io/serviceaccount/token", want: `
			read command kubectl exec
			exec resource k8s:kind=pods,name=api-0,namespace=shop
			exec command cat
			read resource k8s:kind=pods,name=api-0,namespace=shop,path=/var/run/secrets/kubernetes.io/serviceaccount/token
			read secret ?file:/var/run/secrets/kubernetes.io/serviceaccount/token`},
		{cmd: "kubectl cp shop/api-0:/data/x ./x", want: `
			read command kubectl cp
			read resource k8s:kind=pods,name=api-0,namespace=shop,path=/data/x in
			write path /repo/x…`},
		{cmd: "kubectl create clusterrolebinding x --clusterrole=cluster-admin --user=eve", want: `
			grant identity kube-user:eve
			exec command kubectl create
			grant resource k8s:kind=clusterrolebindings,name=x`},
		{cmd: "kubectl config use-context prod", want: `
			exec command kubectl config use-context
			grant identity kube-context:prod`},
		{cmd: "kubectl config view --raw", want: `
			read command kubectl config view
			read path /home/ada/.kube/config
			read secret file:/home/ada/.kube/config`},
		{cmd: "kubectl scale --replicas=0 deploy api worker", want: `
			exec command kubectl scale
			write resource k8s:kind=deployments,name=api
			write resource k8s:kind=deployments,name=worker`},
		{cmd: "kubectl delete pods --all -n shop", want: `
			exec command kubectl delete
			delete resource k8s:kind=pods,namespace=shop…`},
		{cmd: "kubectl logs -f api-0", want: `
			read command kubectl logs
			read resource k8s:kind=pods,name=api-0`},
		{cmd: "helm upgrade --install api ./chart -n shop -f prod.yaml --kube-context prod", want: `
			grant identity kube-context:prod
			read path /repo/prod.yaml
			exec command helm upgrade
			read path /repo/chart…
			write resource k8s:cluster=prod,kind=release,name=api,namespace=shop`},
		{cmd: "helm uninstall api -n shop", want: `
			exec command helm uninstall
			delete resource k8s:kind=release,name=api,namespace=shop`},
	})
}

func TestContainers(t *testing.T) {
	tell(t, []story{
		{cmd: "docker ps", want: `
			read command docker ps
			read resource docker:kind=container`},
		{cmd: `docker run --rm -v "$PWD":/src -w /src golang:1.26 go test ./...`, want: `
			exec command docker run
			write path /repo/…
			read path /repo/…
			exec resource docker:image=golang:1.26,kind=container
			exec code remote
			exec command go test
			read resource docker:image=golang:1.26,kind=container…
			exec code workspace`},
		{name: "the whole machine", cmd: "docker run -it --privileged -v /:/host alpine chroot /host", want: `
			exec command docker run
			write path /…
			write secret file:/…
			read path /…
			read secret file:/…
			grant resource docker:image=alpine,kind=container
			exec code remote
			exec resource docker:image=alpine,kind=container
			exec command chroot
			read resource docker:image=alpine,kind=container,path=/host`},
		{cmd: "docker exec db psql -c 'SELECT 1 FROM users'", want: `
			read command docker exec
			exec resource docker:kind=container,name=db
			exec command psql
			read data sql:users in`},
		{cmd: "docker build -t acme/api .", want: `
			exec command docker build
			exec code workspace
			read path /repo/…`},
		{cmd: "docker push ghcr.io/acme/api:1", want: `
			exec command docker push
			connect host ghcr.io out
			write resource docker:kind=image,name=ghcr.io/acme/api:1 out`},
		{cmd: "docker pull alpine", want: `
			exec command docker pull
			connect host docker.io in
			read resource docker:kind=image,name=alpine in`},
		{cmd: "docker cp db:/var/lib/x ./x", want: `
			read command docker cp
			read resource docker:kind=container,name=db,path=/var/lib/x in
			write path /repo/x…`},
		{cmd: "docker compose up -d", want: `
			exec command docker compose up
			exec code workspace
			exec resource docker:kind=compose…`},
		{cmd: "docker -H tcp://10.0.0.5:2375 rm -f web", want: `
			connect host 10.0.0.5:2375
			exec command docker rm
			delete resource docker:kind=container,name=web`},
		{cmd: "docker system prune -af", want: `
			exec command docker system prune
			delete resource docker:kind=system…`},
	})
}

func TestInfrastructureAndSecretStores(t *testing.T) {
	tell(t, []story{
		{cmd: "terraform plan -out=p.bin", want: `
			write path /repo/p.bin
			read command terraform plan
			read resource terraform:dir=/repo…
			exec code workspace`},
		{cmd: "terraform -chdir=infra apply -auto-approve", want: `
			read path /repo/infra
			exec command terraform apply
			write resource terraform:dir=/repo/infra…
			exec code workspace`},
		{cmd: "terraform destroy", want: `
			exec command terraform destroy
			delete resource terraform:dir=/repo…
			exec code workspace`},
		{cmd: "terraform output -json", want: `
			read command terraform output
			read secret store:terraform/…`},
		{cmd: "vault kv get secret/prod/db", want: `
			exec command vault kv get
			read secret store:vault/secret/prod/db`},
		{cmd: "vault kv put secret/x a=@f.txt", want: `
			exec command vault kv put
			write secret store:vault/secret/x
			read path /repo/f.txt`},
		{cmd: "pass show mail/ada", want: `
			exec command pass show
			read secret store:pass/mail/ada`},
		{cmd: "op read op://vault/item/field", want: `
			exec command op read
			read secret store:op/op://vault/item/field`},
		{cmd: "security find-generic-password -s github -w", want: `
			exec command security find-generic-password
			read secret keychain`},
		{cmd: "gpg --export-secret-keys ada", want: `
			exec command gpg
			read secret file:/home/ada/.gnupg…`},
	})
}
