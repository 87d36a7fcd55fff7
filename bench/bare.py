"""The least that anyone would write: a FastAPI route that encodes and searches, nothing else.

It uses the same model and the same FAISS file as the service, and returns the ordinals it found.
"""

import sys
from pathlib import Path

import faiss
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from qa_service.embedding import open_model


class Ask(BaseModel):
    """A question."""

    question: str


def main() -> None:
    model_folder, index_file, port = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    model = open_model(model_folder)
    index = faiss.read_index(str(index_file))
    app = FastAPI()

    @app.post("/v1/ask")
    def ask(body: Ask) -> dict[str, list[float]]:
        vector = model.encode([body.question], normalize_embeddings=True, show_progress_bar=False)
        scores, ordinals = index.search(vector.astype("float32"), 4)
        return {"scores": scores[0].tolist(), "ordinals": ordinals[0].tolist()}

    @app.get("/readyz")
    def readyz() -> dict[str, str]:
        return {"status": "ready"}

    uvicorn.run(app, port=port, log_level="critical", access_log=False)


if __name__ == "__main__":
    main()
