import { documentWriter, type WriterFactory } from "./writer.ts";

/** One JSON document. A model's files are named by path; their reports stand under `files` once. */
export const writer: WriterFactory = ({ version }) =>
  documentWriter(({ files, models, verdict, admitted }) => {
    const document = {
      tool: { name: "modelkeep", version },
      verdict,
      admitted,
      files,
      models: models.map((model) => ({ ...model, files: model.files.map((file) => file.path) })),
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  });
