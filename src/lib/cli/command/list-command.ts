import type {View} from '../../view/form/render.ts'
import type {OutputFlagValues} from '../flags/common.ts'
import {BaseCommand} from './base-command.ts'

/** A command that lists things. JSON is `{<name>: [...]}`; ndjson is one line per item. */
export abstract class ListCommand extends BaseCommand {
  protected async showList<Item>(
    flags: OutputFlagValues,
    name: string,
    listed: {items: readonly Item[]; hasMore?: boolean},
    view: (items: readonly Item[]) => View,
  ): Promise<void> {
    await this.show(flags, {[name]: listed.items}, () => view(listed.items), listed.items)
    if (listed.hasMore) this.notice(flags, `Only the first ${listed.items.length} are shown; --limit N shows more.`)
  }
}
