import {getFields} from './profile-fields.ts'

/** What the profile in use asks for; undefined where it asks for nothing, or can't be read: language is no reason to stop. */
export function profileLanguage(name: string | undefined, environment: NodeJS.ProcessEnv): 'en' | 'zh' | undefined {
  try {
    const {language} = getFields(name, ['language'], environment)
    return language === 'en' || language === 'zh' ? language : undefined
  } catch {
    return undefined
  }
}
