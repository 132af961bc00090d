// What nearly every command needs. The build puts it into one file for all of them (esbuild.config.js): Node takes longer to find and read forty
// small files than one large one. Nothing heavy belongs here.
import './base-command.ts'
import './connect.ts'
import './flags.ts'
import './list-command.ts'
import './report-error.ts'
import './show.ts'
import '../ecs/client.ts'
import '../ecs/error.ts'
import '../protocol/ecs/limits.ts'
import '../protocol/ecs/status.ts'
import '../protocol/script.ts'
