import {describe, expect, it} from 'vitest'
import {explainSchedule} from '../../../../src/lib/schedule/explain/explain.ts'
import {parseSchedule} from '../../../../src/lib/schedule/parse.ts'

const OWN_EN = "the instance's own time zone"
const OWN_ZH = '实例自身时区'

describe('explainSchedule', () => {
  it.each([
    {
      text: 'rate(5m)',
      en: 'every 5 minutes, starting 5 minutes after creation',
      zh: '每 5 分钟，创建 5 分钟后首次执行',
    },
    {text: 'rate(60s)', en: 'every minute, starting 1 minute after creation', zh: '每 1 分钟，创建 1 分钟后首次执行'},
    {
      text: 'rate(90s)',
      en: 'every 90 seconds, starting 90 seconds after creation',
      zh: '每 90 秒，创建 90 秒后首次执行',
    },
    {
      text: 'rate(36h)',
      en: 'every 36 hours, starting 36 hours after creation',
      zh: '每 36 小时，创建 36 小时后首次执行',
    },
    {text: 'rate(7d)', en: 'every 7 days, starting 7 days after creation', zh: '每 7 天，创建 7 天后首次执行'},
    {
      text: 'at(2022-06-06 13:15:30)',
      en: 'once, on 2022-06-06 at 13:15:30, UTC',
      zh: '仅一次，2022-06-06 13:15:30，UTC',
    },
    {
      text: 'at(2022-06-06 13:15:30 GMT-7:00)',
      en: 'once, on 2022-06-06 at 13:15:30, GMT-7:00',
      zh: '仅一次，2022-06-06 13:15:30，GMT-7:00',
    },
    {
      text: '0 30 21 * * ? Asia/Shanghai',
      en: 'every day at 21:30:00, Asia/Shanghai',
      zh: '每天 21:30:00，Asia/Shanghai',
    },
    {text: '0 30 21 * * *', en: `every day at 21:30:00, ${OWN_EN}`, zh: `每天 21:30:00，${OWN_ZH}`},
    {text: '0 0 8 ? * MON-FRI UTC', en: 'every Monday to Friday at 08:00:00, UTC', zh: '每周一至周五 08:00:00，UTC'},
    {text: '0 0 8 ? * SUN-THU UTC', en: 'every Sunday to Thursday at 08:00:00, UTC', zh: '每周日至周四 08:00:00，UTC'},
    {text: '0 10 1 * * 6,0 UTC', en: 'on Saturday and Sunday at 01:10:00, UTC', zh: '每周六和周日 01:10:00，UTC'},
    {
      text: '0 0 8 ? * 1-5/2 UTC',
      en: 'on Monday, Wednesday and Friday at 08:00:00, UTC',
      zh: '每周一、周三和周五 08:00:00，UTC',
    },
    {text: '0 0 8 L * ? UTC', en: 'on the last day of the month at 08:00:00, UTC', zh: '每月最后一天 08:00:00，UTC'},
    {
      text: '0 0 8 LW * ? UTC',
      en: 'on the last working day (Monday to Friday) of the month at 08:00:00, UTC',
      zh: '每月最后一个工作日（周一至周五） 08:00:00，UTC',
    },
    {
      text: '0 0 8 15W * ? UTC',
      en: 'on the working day (Monday to Friday) nearest day 15 of the month at 08:00:00, UTC',
      zh: '每月离 15 日最近的工作日（周一至周五） 08:00:00，UTC',
    },
    {
      text: '0 0 8 ? * 6L UTC',
      en: 'on the last Saturday of the month at 08:00:00, UTC',
      zh: '每月最后一个周六 08:00:00，UTC',
    },
    {
      text: '0 0 8 ? * 4#2 UTC',
      en: 'on the second Thursday of the month at 08:00:00, UTC',
      zh: '每月第二个周四 08:00:00，UTC',
    },
    {
      text: '0 0 8 ? 10 4#2 UTC',
      en: 'on the second Thursday of October at 08:00:00, UTC',
      zh: '10 月的第二个周四 08:00:00，UTC',
    },
    {
      text: '0 0 8 1,15-20 * ? UTC',
      en: 'on day 1 and days 15 to 20 of the month at 08:00:00, UTC',
      zh: '每月 1 日和 15 至 20 日 08:00:00，UTC',
    },
    {
      text: '0 0 8 1/2 */3 ? UTC',
      en: 'every 2 days from day 1 of January, April, July and October at 08:00:00, UTC',
      zh: '1、4、7、10 月的从 1 日起每 2 天 08:00:00，UTC',
    },
    {
      text: '0 0 8 1 * MON UTC',
      en: 'on day 1 of the month and also every Monday at 08:00:00, UTC',
      zh: '每月 1 日，以及每周一 08:00:00，UTC',
    },
    {
      text: '0 0 8,20 * JAN-MAR ? UTC',
      en: 'every day in January to March at 08:00:00 and 20:00:00, UTC',
      zh: '1 至 3 月每天 08:00:00 和 20:00:00，UTC',
    },
    {text: '0 */20 * * * ?', en: `every 20 minutes, ${OWN_EN}`, zh: `每 20 分钟，${OWN_ZH}`},
    {text: '0/10 * * * * ? UTC', en: 'every 10 seconds, UTC', zh: '每 10 秒，UTC'},
    {text: '0/25 * * * * ? UTC', en: 'every minute at seconds 0, 25 and 50, UTC', zh: '每分钟的第 0、25、50 秒，UTC'},
    {
      text: '*/10 */20 * * * ? UTC',
      en: 'every 10 seconds of minutes 0, 20 and 40, UTC',
      zh: '第 0、20、40 分内每 10 秒，UTC',
    },
    {
      text: '15 5/20 * * * ? UTC',
      en: 'every 20 minutes from minute 5 at second 15, UTC',
      zh: '从第 5 分起每 20 分钟的第 15 秒，UTC',
    },
    {
      text: '0 10-40/15 * * * ? UTC',
      en: 'every 15 minutes from minute 10 to 40, UTC',
      zh: '第 10 至 40 分每 15 分钟，UTC',
    },
    {
      text: '0 5-10 3,4 * * ? UTC',
      en: 'every minute from minute 5 to 10, from 03:00 to 03:59 and from 04:00 to 04:59, UTC',
      zh: '03:00 至 03:59 和 04:00 至 04:59 第 5 至 10 分每分钟，UTC',
    },
    {
      text: '0 0,30 18-23 * * ? UTC',
      en: 'at minutes 0 and 30, from 18:00 to 23:59, UTC',
      zh: '18:00 至 23:59 第 0、30 分，UTC',
    },
    {
      text: '0 * 1/3 * * ? UTC',
      en: 'every minute, in hours 1, 4, 7, 10, 13, 16, 19 and 22, UTC',
      zh: '1、4、7、10、13、16、19、22 点内每分钟，UTC',
    },
    {
      text: '0 0,15,30,45 8,9 * * ? UTC',
      en: 'at minutes 0, 15, 30 and 45, from 08:00 to 08:59 and from 09:00 to 09:59, UTC',
      zh: '08:00 至 08:59 和 09:00 至 09:59 第 0、15、30、45 分，UTC',
    },
    {text: '0 0 * * * ? UTC', en: 'every hour on the hour, UTC', zh: '每小时整点，UTC'},
    {text: '0 15 * * * ? UTC', en: 'every hour at minute 15, UTC', zh: '每小时第 15 分，UTC'},
    {text: '30 0 * * * ? UTC', en: 'every hour at minute 0, second 30, UTC', zh: '每小时第 0 分 30 秒，UTC'},
    {text: '0 0 */2 * * ? UTC', en: 'every 2 hours, UTC', zh: '每 2 小时，UTC'},
    {text: '0 30 1/2 * * ? UTC', en: 'every 2 hours from 01:30, UTC', zh: '从 01:30 起每 2 小时，UTC'},
    {
      text: '0 0 */5 * * ? UTC',
      en: 'every day at 00:00:00, 05:00:00, 10:00:00, 15:00:00 and 20:00:00, UTC',
      zh: '每天 00:00:00、05:00:00、10:00:00、15:00:00 和 20:00:00，UTC',
    },
    {
      text: '0 0 9-17 ? * MON-FRI UTC',
      en: 'every hour from 09:00 to 17:00, every Monday to Friday, UTC',
      zh: '每周一至周五 09:00 至 17:00 每小时，UTC',
    },
    {text: '0 15 10 ? * * 2022 UTC', en: 'every day at 10:15:00, in 2022, UTC', zh: '2022 年每天 10:15:00，UTC'},
    {
      text: '0 0/30 10-11 * * ? 2022,2024-2026 GMT+8:00',
      en: 'every 30 minutes, from 10:00 to 11:59, in 2022 and 2024 to 2026, GMT+8:00',
      zh: '2022、2024 至 2026 年 10:00 至 11:59 每 30 分钟，GMT+8:00',
    },
    {
      text: '0 0/5 14 * 10 ? 2022/2 UTC',
      en: 'every 5 minutes, from 14:00 to 14:59, in October, every 2 years from 2022, UTC',
      zh: '从 2022 年起每 2 年，10 月 14:00 至 14:59 每 5 分钟，UTC',
    },
  ])('says $text', ({text, en, zh}) => {
    const schedule = parseSchedule(text)
    expect({en: explainSchedule(schedule, 'en'), zh: explainSchedule(schedule, 'zh')}).toEqual({en, zh})
  })
})
