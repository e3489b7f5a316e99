/**
 * The header in which CloudFront passes the viewer's address to Moodle, as AWS's own example names it
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/example_cloudfront_functions_add_true_client_ip_header_section.html).
 *
 * The function on viewer requests overwrites the viewer's own value, and nginx takes the header from the load balancer
 * alone. `X-Forwarded-For` does not work: behind a VPC origin the load balancer appends one of CloudFront's public
 * addresses, since the interface in the VPC does not translate addresses. For the same reason the load balancer's group
 * admits the managed prefix list of public ranges
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html).
 */
export const viewerAddressHeader = "True-Client-IP";
