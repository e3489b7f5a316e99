/** Debian packages to install, each with a file that shows it. https://packages.debian.org/bookworm/modsecurity-crs */
export const packages = [
  { name: "libnginx-mod-http-modsecurity", file: "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so" },
  { name: "modsecurity-crs", file: "/usr/share/modsecurity-crs/rules/REQUEST-949-BLOCKING-EVALUATION.conf" },
] as const;

/** Room for the largest upload of the corpus. */
const bodyBytes = 64 * 1024 * 1024;

/**
 * The recommended settings as far as they matter here, then the Core Rule Set untouched
 * (https://github.com/owasp-modsecurity/ModSecurity/wiki/Reference-Manual-(v3.x)). Bodies beyond what is inspected pass,
 * as they do at AWS.
 */
export function modsecurityConfig(folder: string): string {
  return `SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess Off
SecRequestBodyLimit ${bodyBytes}
SecRequestBodyNoFilesLimit 1048576
SecRequestBodyLimitAction ProcessPartial
SecRule REQUEST_HEADERS:Content-Type "(?:application(?:/soap\\+|/)|text/)xml" "id:200000,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_HEADERS:Content-Type "application/json" "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
SecPcreMatchLimit 100000
SecPcreMatchLimitRecursion 100000
SecTmpDir ${folder}
SecDataDir ${folder}
SecAuditEngine RelevantOnly
SecAuditLogRelevantStatus "^403"
SecAuditLogParts ABHZ
SecAuditLogType Serial
SecAuditLogFormat JSON
SecAuditLog ${folder}/audit.log
SecArgumentSeparator &
SecCookieFormat 0
SecUnicodeMapFile /etc/nginx/unicode.mapping 20127
Include /etc/modsecurity/crs/crs-setup.conf
Include /usr/share/modsecurity-crs/rules/*.conf
`;
}

/** One process, as the user who runs it. Headers as large as CloudFront takes them (20 KB in all). */
export function nginxConfig(folder: string, port: number, backendPort: number): string {
  return `load_module ${packages[0].file};
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_max_body_size ${bodyBytes};
  large_client_header_buffers 4 32k;
  server {
    listen 127.0.0.1:${port};
    modsecurity on;
    modsecurity_rules_file ${folder}/modsecurity.conf;
    location / { proxy_pass http://127.0.0.1:${backendPort}; }
  }
}
`;
}
