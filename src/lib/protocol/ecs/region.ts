/** Whether this can be the id of a region, such as cn-hangzhou. */
export function isRegionId(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(text)
}

/**
 * Regions of Alibaba Cloud that are open to everybody or to the finance and government clouds; new ones come, so this is for
 * suggestions only. Source: help.aliyun.com, "Regions and zones" of ECS and the endpoint pages of other products, read in 2026-11.
 */
export const CLOUD_REGIONS: readonly string[] = [
  'cn-hangzhou',
  'cn-shanghai',
  'cn-beijing',
  'cn-shenzhen',
  'cn-qingdao',
  'cn-zhangjiakou',
  'cn-huhehaote',
  'cn-wulanchabu',
  'cn-nanjing',
  'cn-fuzhou',
  'cn-wuhan-lr',
  'cn-heyuan',
  'cn-guangzhou',
  'cn-chengdu',
  'cn-hongkong',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-southeast-1',
  'ap-southeast-3',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'us-east-1',
  'us-west-1',
  'na-south-1',
  'eu-central-1',
  'eu-west-1',
  'me-east-1',
  'me-central-1',
  'cn-shanghai-finance-1',
  'cn-shenzhen-finance-1',
  'cn-beijing-finance-1',
  'cn-north-2-gov-1',
]
