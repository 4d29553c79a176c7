"""Prints the hash that azure-ai-ml 1.35.2 gives a folder of code: the expected value of src/azure/snapshot/code-hash.test.ts.

The folder holds b.txt ("hello"), a.txt ("x\\ny\\n") and Sub/A.py (empty). Usage: python azureml-code-hash.py FOLDER
"""

import sys
from pathlib import Path

from azure.ai.ml._utils._asset_utils import _get_file_list_content_hash

root = Path(sys.argv[1])
files = [(str(file), file.relative_to(root).as_posix()) for file in root.rglob("*") if file.is_file()]
print(_get_file_list_content_hash(files))
