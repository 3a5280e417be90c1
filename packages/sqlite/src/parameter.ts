/**
 * A parameter that a column is compared with, or a limit. The plus hides it from the planner: SQLite built with STAT4 compiles a statement anew
 * whenever a value is bound that might call for another plan (documentation of `sqlite3_prepare_v3`), which takes ten times as long as reading
 * one row. Ours have one plan each.
 */
export const parameter = "+?";
