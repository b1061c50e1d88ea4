"""The training side of Barwise: corpus, dataset, model, training, export and evaluation."""
