"""What a bar is made of by rule: from dice, pitches and rhythm up to each part."""
