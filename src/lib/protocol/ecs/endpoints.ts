// Source: ECS 2014-05-26, endpoint tables of @alicloud/ecs20140526 7.11.6 and of the official CLI.

const CENTRAL = 'ecs-cn-hangzhou.aliyuncs.com'

/** Regions whose public host does not follow the general rule. */
const PUBLIC_HOSTS: Readonly<Record<string, string>> = {
  'cn-hangzhou': CENTRAL,
  'cn-shanghai-finance-1': CENTRAL,
  'cn-shenzhen-finance-1': CENTRAL,
  'cn-north-2-gov-1': 'ecs.aliyuncs.com',
}

/** The host of a region's ECS API; `vpc` gives the one that is reachable from inside a VPC only. */
export function ecsHost(region: string, network: 'public' | 'vpc'): string {
  if (network === 'vpc') return `ecs-vpc.${region}.aliyuncs.com`
  return PUBLIC_HOSTS[region] ?? `ecs.${region}.aliyuncs.com`
}

/** The host of the token service: a region's own, or the central one. */
export function stsHost(region: string | undefined): string {
  return region ? `sts.${region}.aliyuncs.com` : 'sts.aliyuncs.com'
}
