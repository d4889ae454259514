{{- define "meet-external-api.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{/* The name of the resources, which leaves room for what some add at its end. */}}
{{- define "meet-external-api.fullname" -}}
{{- $name := include "meet-external-api.name" . }}
{{- .Values.fullnameOverride | default (contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name)) | trunc 50 | trimSuffix "-" }}
{{- end }}

{{/* Labels that select pods. Takes the scope and the component. */}}
{{- define "meet-external-api.selectorLabels" -}}
app.kubernetes.io/name: {{ include "meet-external-api.name" (index . 0) }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* Labels of a resource. Takes the scope and the component. */}}
{{- define "meet-external-api.labels" -}}
{{ include "meet-external-api.selectorLabels" . }}
{{- with index . 0 }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}
{{- end }}

{{/* A probe by HTTP. Takes its values. */}}
{{- define "meet-external-api.probe" -}}
httpGet:
  path: {{ .path }}
  port: {{ .targetPort | default "http" }}
{{- with omit . "path" "targetPort" }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Ends the rendering where a probe would restart pods because the database is away. */}}
{{- define "meet-external-api.checkProbes" -}}
{{- range $name := list "liveness" "startup" }}
{{- if eq (get (get $.Values.backend.probes $name | default dict) "path" | default "" | trimSuffix "/") "/__heartbeat__" }}
{{- fail (printf "backend.probes.%s.path is /__heartbeat__, which is 503 while the database is away: Kubernetes would restart every pod then. Take /__lbheartbeat__, or leave the block out (Meet's chart has it this way round; README.md, \"Probes\")" $name) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Seconds from SIGTERM to the end: requests are taken for the first (EXTERNAL_API_DRAIN_SECONDS), those in flight have 30 more, and what is left to write 15. */}}
{{- define "meet-external-api.gracePeriod" -}}
{{- $drain := get .Values.backend.envVars "EXTERNAL_API_DRAIN_SECONDS" }}
{{- if kindIs "map" $drain }}
{{- fail "backend.envVars.EXTERNAL_API_DRAIN_SECONDS has to be a value, as terminationGracePeriodSeconds is made of it" }}
{{- end }}
{{- add (kindIs "invalid" $drain | or (eq (toString $drain) "") | ternary 5 $drain | int) 30 15 }}
{{- end }}

{{/* The environment, by name. */}}
{{- define "meet-external-api.env" -}}
{{- $given := .Values.backend.envVars | default dict }}
{{- range $name, $instead := dict "EXTERNAL_API_LISTEN" "backend.service.targetPort" "EXTERNAL_API_OPERATIONS_LISTEN" "backend.service.operationsPort" "EXTERNAL_API_MIGRATE" "backend.migrate.enabled" }}
{{- if hasKey $given $name }}
{{- fail (printf "backend.envVars.%s is set by the chart: use %s" $name $instead) }}
{{- end }}
{{- end }}
{{- if not (or (hasKey $given "DATABASE_URL") (hasKey $given "DATABASE_URL_FILE") (hasKey $given "DB_HOST")) }}
{{- fail "backend.envVars needs DATABASE_URL, DATABASE_URL_FILE or DB_HOST: beside Meet, what Meet's backend.envVars has" }}
{{- end }}
{{- $env := dict "EXTERNAL_API_LISTEN" (printf ":%d" (int .Values.backend.service.targetPort)) "EXTERNAL_API_OPERATIONS_LISTEN" (printf ":%d" (int .Values.backend.service.operationsPort)) }}
{{- if .Values.backend.migrate.enabled }}
{{- $_ := set $env "EXTERNAL_API_MIGRATE" "false" }}
{{- end }}
{{- if and .Values.ingress.enabled .Values.ingress.tls.enabled (not .Values.ingress.hosts) }}
{{- $_ := set $env "EXTERNAL_API_PUBLIC_URL" (printf "https://%s" .Values.ingress.host) }}
{{- end }}
{{- if .Values.ingressConsole.enabled }}
{{- $_ := set $env "EXTERNAL_API_CONSOLE_URL" (printf "%s://%s" (ternary "https" "http" .Values.ingressConsole.tls.enabled) .Values.ingressConsole.host) }}
{{- end }}
{{- range $name, $value := $given }}
{{- $_ := set $env $name $value }}
{{- end }}
{{- range $name, $value := $env }}
- name: {{ $name }}
  {{- if kindIs "map" $value }}
  valueFrom:
    {{- toYaml $value | nindent 4 }}
  {{- else if kindIs "string" $value }}
  value: {{ toJson $value }}
  {{- else if kindIs "invalid" $value }}
  value: ""
  {{- else }}
  value: {{ toJson $value | quote }}
  {{- end }}
{{- end }}
{{- end }}

{{/* What the container of the server and that of the migration have in common. */}}
{{- define "meet-external-api.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
env:
  {{- include "meet-external-api.env" . | trim | nindent 2 }}
{{- with .Values.backend.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.backend.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.backend.extraVolumeMounts }}
volumeMounts:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What the pods of both have in common. Variables for each Service of the namespace are left out: those of one called db would be DB_PORT. */}}
{{- define "meet-external-api.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with (.Values.image.credentials | default dict).name }}
imagePullSecrets:
  - name: {{ . }}
{{- end }}
{{- with .Values.backend.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.backend.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.backend.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.backend.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.backend.extraVolumes }}
volumes:
  {{- range . }}
  {{- if .existingClaim }}
  - name: {{ .name }}
    persistentVolumeClaim:
      claimName: {{ .existingClaim }}
  {{- else }}
  - {{ toYaml . | nindent 4 | trim }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{/* An Ingress. Takes the scope, its values, its name, the component, the Service, its port, and the paths. */}}
{{- define "meet-external-api.ingress" -}}
{{- $values := .values }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .name }}
  namespace: {{ .scope.Release.Namespace }}
  labels:
    {{- include "meet-external-api.labels" (list .scope .component) | nindent 4 }}
  {{- with $values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with $values.className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- if $values.tls.enabled }}
  tls:
    - secretName: {{ $values.tls.secretName | default (printf "%s-tls" .name) }}
      hosts:
        - {{ $values.host | quote }}
    {{- with $values.tls.additional }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
  rules:
    {{- range concat (list $values.host) ($values.hosts | default list) }}
    - host: {{ . | quote }}
      http:
        paths:
          {{- range $.paths }}
          - path: {{ . }}
            pathType: Prefix
            backend:
              service:
                name: {{ $.service }}
                port:
                  name: {{ $.port }}
          {{- end }}
    {{- end }}
{{- end }}

{{/* The settings that are secrets, which a test compares with docs/settings.md. */}}
{{- define "meet-external-api.secretNames" -}}
DATABASE_URL DB_PASSWORD APPLICATION_JWT_SECRET_KEY EXTERNAL_API_JWT_VERIFICATION_KEYS REDIS_URL ADDONS_TOKEN_SECRET_KEY OIDC_RS_CLIENT_SECRET OIDC_RS_PRIVATE_KEY_STR EXTERNAL_API_CONSOLE_OIDC_CLIENT_SECRET LIVEKIT_API_KEY LIVEKIT_API_SECRET DJANGO_SENTRY_DSN EXTERNAL_API_READ_DATABASE_URL OTEL_EXPORTER_OTLP_HEADERS
{{- end }}
