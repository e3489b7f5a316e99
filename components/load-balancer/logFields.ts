/** A text of any characters but a quote, which the load balancer writes as \x22. */
const quoted = `"([^"]*)"`;
const word = "([^ ]*)";

/**
 * The load balancer's log line, part by part: its columns, and how they look. Since 2025 it ends with the address that a
 * rule rewrote; older lines end before, and AWS may add more: both are read.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html#access-log-entry-syntax
 */
const parts: readonly (readonly [columns: readonly string[], form: string])[] = [
  [["type"], word],
  [["time"], word],
  [["elb"], word],
  [["client_ip", "client_port"], "([^ ]*):([0-9]*)"],
  // "-" where the request reached no task.
  [["target_ip", "target_port"], "([^ ]*)[:-]([0-9]*)"],
  [["request_processing_time"], word],
  [["target_processing_time"], word],
  [["response_processing_time"], word],
  [["elb_status_code"], word],
  [["target_status_code"], word],
  [["received_bytes"], word],
  [["sent_bytes"], word],
  // "- - - " for a line without a request: the last part is empty then, after a space.
  [["request_verb", "request_url", "request_proto"], `"([^ ]*) ([^"]*) ([^" ]* ?)"`],
  [["user_agent"], quoted],
  [["ssl_cipher"], word],
  [["ssl_protocol"], word],
  [["target_group_arn"], word],
  [["trace_id"], quoted],
  [["domain_name"], quoted],
  [["chosen_cert_arn"], quoted],
  [["matched_rule_priority"], word],
  [["request_creation_time"], word],
  [["actions_executed"], quoted],
  [["redirect_url"], quoted],
  [["error_reason"], quoted],
  [["target_port_list"], quoted],
  [["target_status_code_list"], quoted],
  [["classification"], quoted],
  [["classification_reason"], quoted],
];
const later: typeof parts = [
  [["conn_trace_id"], word],
  [["transformed_host"], quoted],
  [["transformed_uri"], quoted],
  [["request_transform_status"], quoted],
];

export const logColumns: readonly string[] = [...parts, ...later].flatMap(([columns]) => columns);

/** A whole line, one group for each column: the RegexSerDe gives a row of nothing for a line that does not fit. */
export const linePattern: string =
  parts.map(([, form]) => form).join(" ") + later.reduceRight((rest, [, form]) => `(?: ${form}${rest})?`, "(?: .*)?");
