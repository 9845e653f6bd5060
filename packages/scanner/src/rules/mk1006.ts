import { type ReachRule, words } from "./reach.ts";

export const rule: ReachRule = {
  id: "MK1006",
  name: "file-access",
  title: "The file reads, writes or deletes other files when it is loaded.",
  severity: "critical",
  verdict: "malicious",
  cwe: "CWE-73",
  does: "touches files of the machine",
  advice: "Do not load it.",
  reach: words(`
    builtins.open builtins.file io _io _pyio codecs.open codecs.EncodedFile shutil tempfile filecmp
    fileinput linecache glob fnmatch stat zipfile tarfile gzip bz2 lzma zstandard pathlib.Path.open
    pathlib.Path.write_text pathlib.Path.write_bytes pathlib.Path.unlink pathlib.Path.read_text
    pathlib.Path.read_bytes distutils mmap configparser ConfigParser sqlite3 _sqlite3 dbm dbhash
    anydbm gdbm whichdb wave tokenize mailbox mimetypes plistlib netrc numpy.load numpy.save
    numpy.savez numpy.savetxt numpy.loadtxt numpy.genfromtxt numpy.fromfile numpy.memmap
    numpy.ndarray.tofile numpy.lib.npyio numpy.lib._npyio_impl numpy.lib.format
    numpy.core.records.fromfile numpy.core.memmap numpy._core.memmap numpy.core.multiarray.fromfile
    numpy._core.multiarray.fromfile pandas.io pandas.read_csv pandas.read_json pandas.read_html
    pandas.read_sql pandas.read_table pandas.read_fwf pandas.read_excel pandas.read_parquet
    pandas.read_hdf pandas.read_xml pandas.HDFStore pandas.ExcelWriter scipy.io joblib.memory
    joblib.Memory joblib.logger joblib.disk joblib.backports aifc sunau nt.open trace.Trace
    torch.save torch.utils.tensorboard logging.FileHandler logging.basicConfig logging.StreamHandler
    csv.reader csv.writer xml.etree xml.sax xml.dom !_io.BytesIO !io.BytesIO !_io.StringIO
    !io.StringIO
  `),
};
