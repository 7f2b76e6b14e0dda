"""What a return comes to beside what is kept: episodes merged with those of earlier loads, then what is to be written."""
