"""The shipped composer: composer.onnx, its sidecar and its card. No code."""
