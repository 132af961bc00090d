import {type SelectModifierNode, SqliteDialect, SqliteQueryCompiler} from 'kysely'

/** Queries may lock the rows they read (`for update`); here a writer is alone anyway, and the language has no words for it. */
export class OneWriterDialect extends SqliteDialect {
  override createQueryCompiler(): SqliteQueryCompiler {
    return new OneWriterCompiler()
  }
}

class OneWriterCompiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier === 'Distinct') super.visitSelectModifier(node)
  }
}
