"""What an operator looks at first: is everything there, as it should be, and with room to go on?"""
